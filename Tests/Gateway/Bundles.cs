namespace LlmOps.Tests.Gateway;

/// <summary>Bundles as Releases resolves them, for the gateway's tests.</summary>
internal static class Bundles
{
    public const string App = "hotel";

    public const string Prompt = """
        version: 1.0.0
        model: embedded/echo
        system_prompt: You answer guests.
        user_prompt_template: "Please help: {question}"
        inputs:
          question: {type: string, untrusted: true}

        """;

    public static ResolvedBundle Make(string prompt = Prompt, string model = "embedded/echo@1", RetrievalPin? retrieval = null, double? temperature = null, int? maxTokens = null, string app = App)
    {
        var manifest = new BundleManifest(
            app, ModelPin.Parse(model).Value!, temperature, maxTokens, new PromptPin("guest-agent", "1.0.0", ContentHash.OfText(prompt)), [], retrieval, [],
            "embedded/rubric", "book", new PolicyPin("release", "0"));
        return new ResolvedBundle(manifest.Id(), manifest, prompt);
    }

    /// <summary>A prompt file that differs from <see cref="Prompt"/> by what the user template says.</summary>
    public static string Saying(string template) => Prompt.Replace("Please help: {question}", template, StringComparison.Ordinal);

    public static RouteEntry Route(string name, ResolvedBundle? stable, CanaryEntry? canary = null, ShadowEntry? shadow = null, bool killed = false, string noUnit = "request", string app = App) =>
        new(app, name, stable?.Id, null, canary, shadow, noUnit, killed);
}
