using System.Text;

namespace LlmOps.Inference;

/// <summary>The models that need no key and no network, by name.</summary>
public static class EmbeddedModels
{
    private const string FaultyPrefix = "embedded/faulty-";

    public static IReadOnlyList<string> Names { get; } =
        ["embedded/extractive", "embedded/echo", .. Enum.GetNames<Fault>().Select(fault => FaultyPrefix + Kebab(fault))];

    /// <summary>The model of that name, or null where none is embedded under it.</summary>
    /// <param name="clock">Only the field <c>created</c> comes from it; the rest of an answer depends on the request alone.</param>
    public static IModel? Find(string name, TimeProvider clock) => name switch
    {
        "embedded/extractive" => new EmbeddedModel(name, Extractive.Answer, clock),
        "embedded/echo" => new EmbeddedModel(name, conversation => conversation.Question, clock),
        _ when name.StartsWith(FaultyPrefix, StringComparison.Ordinal) && Names.Contains(name) =>
            new FaultyModel(name, Enum.GetValues<Fault>().First(fault => FaultyPrefix + Kebab(fault.ToString()) == name), clock),
        _ => null,
    };

    /// <summary>Status500 → 500, RateLimit → rate-limit.</summary>
    private static string Kebab(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name.Replace("Status", "", StringComparison.Ordinal))
            text.Append(char.IsUpper(c) && text.Length > 0 ? "-" : "").Append(char.ToLowerInvariant(c));
        return text.ToString();
    }
}
