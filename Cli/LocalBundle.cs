using LlmOps.Evaluation;
using LlmOps.Pricing;
using LlmOps.Prompting;

namespace LlmOps.Cli;

/// <summary>What a bundle of the application's files as they lie here would be: it asks as the gateway asks for that bundle, and has its id.</summary>
/// <param name="Index">Null where the prompt retrieves nothing.</param>
public sealed record LocalBundle(BundleManifest Manifest, PromptFile Prompt, LocalIndex? Index)
{
    private const string Judge = "embedded/rubric";

    public string Id { get; } = Manifest.Id();

    /// <param name="promptFile">Path of the prompt, for messages.</param>
    /// <param name="promptName">What the server calls it, whatever file it is read from.</param>
    /// <param name="model">In place of the prompt's own; null keeps that.</param>
    public static Result<LocalBundle> Of(AppFolder folder, AppFile app, string promptFile, string promptText, string promptName, string? model, PolicyPin policy)
    {
        var prompt = PromptFile.Parse(promptText, promptFile);
        if (prompt.Refused)
            return prompt.Refusal;
        var pin = ModelPin.Parse(model ?? prompt.Value.Model);
        if (pin.Refused)
            return pin.Refusal;
        LocalIndex? index = null;
        if (prompt.Value.Retrieval is { } retrieval)
        {
            var built = IndexOf(folder, app, retrieval.Index, promptFile);
            if (built.Refused)
                return built.Refusal;
            index = built.Value;
        }
        var manifest = new BundleManifest(
            app.App, pin.Value, prompt.Value.Temperature, prompt.Value.MaxTokens, new PromptPin(promptName, prompt.Value.Version.ToString(), prompt.Value.Sha256),
            [.. prompt.Value.Tools.Select(tool => $"{tool.Name}@{ContentHash.Of(tool)}")],
            index is null ? null : new RetrievalPin(prompt.Value.Retrieval!.Index, index.Id, prompt.Value.Retrieval.K), Guardrails: [], Judge, PriceBook.BuiltIn.Version, policy);
        return new LocalBundle(manifest, prompt.Value, index);
    }

    public Result<PreparedCase> Prepare(EvalCase @case)
    {
        IReadOnlyList<GivenPassage> given = [];
        if (Index is not null)
        {
            var found = Index.Search(ModelRequest.Question(Prompt, @case.Vars), Manifest.Retrieval!.K);
            if (found.Refused)
                return found.Refusal;
            given = found.Value;
        }
        var rendered = Rendering.Render(Prompt, @case.Vars, [.. given.Select(passage => new ContextPassage(passage.Document, passage.Text))]);
        return rendered.Refused ? rendered.Refusal : new PreparedCase(ModelRequest.Of(Prompt, Manifest.Prompt.Name, Manifest.Model, rendered.Value), given);
    }

    private static Result<LocalIndex> IndexOf(AppFolder folder, AppFile app, string name, string promptFile)
    {
        if (app.Indexes.FirstOrDefault(index => index.Name == name) is not { } source)
            return Refusal.Invalid("unknown-index", $"{promptFile} retrieves from \"{name}\", which {AppFile.Name} does not name. Known: {string.Join(", ", app.Indexes.Select(index => index.Name))}.");
        if (!Directory.Exists(Path.Combine(folder.Path, source.Corpus)))
            return Refusal.Invalid("missing-corpus", $"The corpus folder {source.Corpus} of index {name} is not there. Correct the path in {AppFile.Name}.");
        return LocalIndex.Build(app.App, source, folder.Documents(source));
    }
}
