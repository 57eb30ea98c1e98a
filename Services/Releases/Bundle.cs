namespace LlmOps.Releases;

/// <summary>A bundle as it is kept: the manifest, the prompt file that the manifest pins, and who made it first.</summary>
public sealed record Bundle(string Id, string App, string Label, BundleManifest Manifest, string PromptText, string Author, DateTimeOffset CreatedAt)
{
    public static Bundle Of(BundleManifest manifest, string promptText, string author, DateTimeOffset now) =>
        new(manifest.Id(), manifest.App, manifest.Label(), manifest, promptText, author, now);

    public ResolvedBundle Resolved => new(Id, Manifest, PromptText);
}
