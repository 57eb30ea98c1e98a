using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace LlmOps;

/// <summary>A provider's model, pinned.</summary>
/// <param name="Provider">embedded, openai, azure, …</param>
/// <param name="Name">The model's name at the provider.</param>
/// <param name="Version">The provider's version of it.</param>
public sealed partial record ModelPin(string Provider, string Name, string Version)
{
    /// <summary>The name that prices and providers know: <c>embedded/extractive</c>, <c>openai/gpt-4o</c>.</summary>
    public string Id => $"{Provider}/{Name}";

    /// <summary>What the provider calls the model: OpenAI's dated versions are part of the name (<c>gpt-4o-2024-11-20</c>).</summary>
    public string WireName() => Provider == "embedded" ? Id : Dated().IsMatch(Version) ? $"{Name}-{Version}" : Name;

    /// <summary>The field that carries the limit of tokens: <c>max_completion_tokens</c> at OpenAI, whose reasoning models take no other,
    /// and <c>max_tokens</c>, which every compatible server knows, elsewhere.</summary>
    public string LimitName() => Provider == "openai" ? "max_completion_tokens" : "max_tokens";

    /// <summary>Reads <c>provider/name@version</c>; the embedded models have version 1.</summary>
    public static Result<ModelPin> Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0)
            return Refusal.Invalid("model-not-pinned", $"\"{text}\" names no provider. Write provider/model@version, as openai/gpt-4o@2024-11-20 or embedded/extractive.");
        var (provider, rest) = (text[..slash], text[(slash + 1)..]);
        var at = rest.LastIndexOf('@');
        if (at > 0 && at < rest.Length - 1)
            return new ModelPin(provider, rest[..at], rest[(at + 1)..]);
        return provider == "embedded" && at < 0
            ? new ModelPin(provider, rest, "1")
            : Refusal.Invalid("model-not-pinned", $"\"{text}\" has no version. Pin the provider's version, as {provider}/{rest.TrimEnd('@')}@2024-11-20: an update must be a change that one can see.");
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}$")]
    private static partial Regex Dated();
}

/// <param name="Sha256">Of the prompt file's bytes.</param>
public sealed record PromptPin(string Name, string Version, string Sha256);

/// <param name="IndexVersion">The built index version, <c>ix_…</c>.</param>
/// <param name="K">Passages handed to the model.</param>
public sealed record RetrievalPin(string Index, string IndexVersion, int K);

public sealed record PolicyPin(string Name, string Sha256);

/// <summary>Everything that decides an answer, as one immutable manifest. Its id is its content: nothing can change behind it.</summary>
/// <param name="PriceBook">Version of the price book it is judged with.</param>
/// <param name="Judge">The judge that scores it.</param>
public sealed record BundleManifest(
    string App, ModelPin Model, double? Temperature, int? MaxTokens, PromptPin Prompt, IReadOnlyList<string> Tools, RetrievalPin? Retrieval,
    IReadOnlyList<string> Guardrails, string Judge, string PriceBook, PolicyPin Policy)
{
    public string Id() => $"b_{ContentHash.Of(this)}";

    /// <summary>For people: <c>gpt-4o/2024-11-20/v1.1.0</c>.</summary>
    public string Label() => $"{Model.Name}/{Model.Version}/v{Prompt.Version}";
}

/// <summary>A bundle with all a gateway needs to serve it.</summary>
/// <param name="PromptText">The prompt file, whose hash the manifest pins.</param>
public sealed record ResolvedBundle(string Id, BundleManifest Manifest, string PromptText);

/// <param name="PromptVersion">Null takes the newest pushed version.</param>
/// <param name="IndexVersion">Null takes the newest ready version of the index that the prompt names.</param>
/// <param name="Policy">The policy's name; null takes the app's.</param>
public sealed record CreateBundle([property: Required] string App, [property: Required] string Prompt, string? PromptVersion, string? IndexVersion, string? Policy);

public sealed record BundleView(string Id, string App, string Label, BundleManifest Manifest, string Author, DateTimeOffset CreatedAt);
