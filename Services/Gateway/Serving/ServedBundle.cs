using LlmOps.Prompting;

namespace LlmOps.Gateway;

/// <summary>A bundle read once and served many times.</summary>
/// <param name="MessageInput">The input that the caller's last message fills: the first required untrusted one, else the first required one, else the first. Null where the template has none.</param>
public sealed record ServedBundle(string Id, BundleManifest Manifest, PromptFile Prompt, string? MessageInput)
{
    public string Label { get; } = Manifest.Label();

    /// <summary>As the answer's header names it: <c>guest-agent@1.1.0</c>.</summary>
    public string PromptName { get; } = $"{Manifest.Prompt.Name}@{Manifest.Prompt.Version}";

    /// <summary>Refuses a bundle whose content is not what its id and its pins say.</summary>
    public static Result<ServedBundle> Read(ResolvedBundle bundle)
    {
        if (bundle.Manifest.Id() != bundle.Id)
            return Broken(bundle, $"its manifest hashes to {bundle.Manifest.Id()}");
        if (ContentHash.OfText(bundle.PromptText) is var sha256 && sha256 != bundle.Manifest.Prompt.Sha256)
            return Broken(bundle, $"its prompt file hashes to {sha256}, not to the pinned {bundle.Manifest.Prompt.Sha256}");
        var prompt = PromptFile.Parse(bundle.PromptText, bundle.Manifest.Prompt.Name);
        return prompt.Refused
            ? Broken(bundle, $"its prompt file does not read: {prompt.Refusal.Detail}")
            : new ServedBundle(bundle.Id, bundle.Manifest, prompt.Value, ModelRequest.MessageInput(prompt.Value));
    }

    private static Refusal Broken(ResolvedBundle bundle, string why) =>
        Refusal.Upstream("bundle-broken", $"The bundle {bundle.Id} cannot be served: {why}. Roll back to the bundle before it, and make this one again.");
}
