using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmOps.Releases;

/// <summary>Where a release stands, and since when. Closed: a new phase is a change to this file and to every switch over it.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Draft), "draft"), JsonDerivedType(typeof(Validating), "validating"), JsonDerivedType(typeof(Evaluating), "evaluating")]
[JsonDerivedType(typeof(AwaitingApproval), "awaiting-approval"), JsonDerivedType(typeof(Shadowing), "shadowing"), JsonDerivedType(typeof(Canary), "canary")]
[JsonDerivedType(typeof(Live), "live"), JsonDerivedType(typeof(Done), "done"), JsonDerivedType(typeof(Paused), "paused")]
[JsonDerivedType(typeof(RolledBack), "rolled-back"), JsonDerivedType(typeof(Rejected), "rejected"), JsonDerivedType(typeof(Superseded), "superseded")]
public abstract record Phase
{
    /// <summary>The step under which the shadow's evidence is counted.</summary>
    public const int ShadowStep = -1;

    private Phase(DateTimeOffset since) => Since = since;

    public DateTimeOffset Since { get; init; }

    public sealed record Draft(DateTimeOffset Since) : Phase(Since);

    public sealed record Validating(DateTimeOffset Since) : Phase(Since);

    public sealed record Evaluating(DateTimeOffset Since) : Phase(Since);

    public sealed record AwaitingApproval(DateTimeOffset Since) : Phase(Since);

    public sealed record Shadowing(DateTimeOffset Since) : Phase(Since);

    /// <param name="Step">The rung of the policy's ladder, from 0.</param>
    public sealed record Canary(int Step, int Percent, DateTimeOffset Since) : Phase(Since);

    /// <param name="Step">The last rung: all traffic, still watched.</param>
    public sealed record Live(int Step, DateTimeOffset Since) : Phase(Since);

    public sealed record Done(int Step, DateTimeOffset Since) : Phase(Since);

    /// <param name="From">What goes on when it is resumed. A paused canary keeps its share, and is still taken back when it breaks a limit.</param>
    public sealed record Paused(Phase From, string Reason, DateTimeOffset Since) : Phase(Since);

    public sealed record RolledBack(string Reason, DateTimeOffset Since) : Phase(Since);

    public sealed record Rejected(string Reason, DateTimeOffset Since) : Phase(Since);

    /// <param name="By">The newer release.</param>
    public sealed record Superseded(string By, DateTimeOffset Since) : Phase(Since);

    [JsonIgnore]
    public string Word => JsonNamingPolicy.KebabCaseLower.ConvertName(GetType().Name);

    [JsonIgnore]
    public int Rung => this switch { Canary canary => canary.Step, Live live => live.Step, Done done => done.Step, Paused paused => paused.From.Rung, _ => ShadowStep };

    /// <summary>Share of the route's traffic, 0 to 100.</summary>
    [JsonIgnore]
    public double Share => this switch { Canary canary => canary.Percent, Live or Done => 100, Paused paused => paused.From.Share, _ => 0 };

    [JsonIgnore]
    public bool Ended => this is Done or RolledBack or Rejected or Superseded;

    /// <summary>For the audit: where it stands in a few words.</summary>
    public sealed override string ToString() => this switch { Canary canary => $"canary {canary.Percent} %", Paused paused => $"paused {paused.From}", _ => Word };
}
