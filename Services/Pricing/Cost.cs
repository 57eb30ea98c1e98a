using System.Text.Json.Serialization;

namespace LlmOps.Pricing;

/// <summary>What something cost. Unknown is an answer of its own: it is never zero, and no gate passes on it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Known), "known"), JsonDerivedType(typeof(Unknown), "unknown")]
public abstract record Cost
{
    private Cost() { }

    public sealed record Known(decimal Usd) : Cost;
    public sealed record Unknown(string Reason) : Cost;

    /// <summary>The amount, or null where it is unknown.</summary>
    [JsonIgnore]
    public decimal? KnownUsd => this is Known known ? known.Usd : null;

    public static Cost operator +(Cost a, Cost b) => (a, b) switch
    {
        (Known x, Known y) => new Known(x.Usd + y.Usd),
        (Unknown, _) => a,
        _ => b,
    };
}
