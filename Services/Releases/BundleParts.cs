using LlmOps.Pricing;
using LlmOps.Prompting;

namespace LlmOps.Releases;

/// <summary>Resolves the parts of a bundle with the services that own them.</summary>
public sealed class BundleParts(AppStore apps, PolicyStore policies, PromptsClient prompts, IndexesClient indexes, CostsClient costs)
{
    private const string Judge = "embedded/rubric";

    public async Task<Result<Bundle>> Resolve(CreateBundle create, string author, DateTimeOffset now, CancellationToken ct)
    {
        var app = await apps.Find(create.App, ct);
        if (app.Refused) return app.Refusal;
        var policyName = create.Policy ?? app.Value.Policy;
        if (await policies.Current(create.App, policyName, ct) is not { } policy)
            return Refusal.NotFound("policy-not-found", $"App {create.App} has no policy {policyName}. Put it first: llmops push does, or PUT /policies/{policyName}.");

        var version = await Prompt(create, ct);
        if (version.Refused) return version.Refusal;
        var file = PromptFile.Parse(version.Value.Text, $"{create.Prompt}.yaml");
        if (file.Refused) return file.Refusal;
        var prompt = file.Value;
        var model = ModelPin.Parse(prompt.Model);
        if (model.Refused) return model.Refusal;
        var book = await Book(model.Value, now, ct);
        if (book.Refused) return book.Refusal;
        var retrieval = await Retrieval(create, prompt, ct);
        if (retrieval is { Refused: true }) return retrieval.Refusal;

        return Bundle.Of(
            new(create.App, model.Value, prompt.Temperature, prompt.MaxTokens, new(create.Prompt, version.Value.Version, version.Value.Sha256),
                [.. prompt.Tools.Select(tool => $"{tool.Name}@{ContentHash.Of(tool)}")], retrieval?.Value, Guardrails: [], Judge, book.Value.Version, new(policy.Name, policy.Sha256)),
            version.Value.Text, author, now);
    }

    private async Task<Result<PromptVersionView>> Prompt(CreateBundle create, CancellationToken ct)
    {
        var version = create.PromptVersion;
        if (version is null)
        {
            var known = await prompts.List(create.App, ct);
            if (known.Refused) return known.Refusal;
            version = known.Value.FirstOrDefault(prompt => prompt.Name == create.Prompt)?.LatestVersion;
        }
        return version is null
            ? Refusal.NotFound("prompt-not-found", $"App {create.App} has no prompt {create.Prompt}. Push it first: llmops push.")
            : await prompts.Version(create.App, create.Prompt, version, ct);
    }

    /// <summary>The price book in force, which must price the model: what it costs is part of what is decided.</summary>
    private async Task<Result<PriceBookView>> Book(ModelPin model, DateTimeOffset now, CancellationToken ct)
    {
        var view = await costs.PriceBook(ct);
        if (view.Refused) return view;
        var book = PriceBook.Parse(view.Value.Text, "the price book");
        if (book.Refused) return book.Refusal;
        return book.Value.Price(model.Id, TokenUsage.Of(1, 1), now) is Cost.Known // under the name that its calls are priced by
            ? view
            : Refusal.Invalid("model-unknown",
                $"The price book has no price of {model.Id}, so nobody could say what it costs. It knows {string.Join(", ", book.Value.Models.Select(price => price.Model).Distinct())}. Correct the prompt's model, or add its price.");
    }

    private async Task<Result<RetrievalPin>?> Retrieval(CreateBundle create, PromptFile prompt, CancellationToken ct)
    {
        if (prompt.Retrieval is null && create.IndexVersion is null)
            return null;
        if (prompt.Retrieval is not { } retrieval)
            return Refusal.Invalid("no-retrieval", $"{create.Prompt} {prompt.Version} retrieves from no index, so index version {create.IndexVersion} has no use. Leave it out, or add retrieval to the prompt.");
        var version = create.IndexVersion is { } asked ? await indexes.Version(asked, ct) : await Newest(create.App, retrieval.Index, ct);
        if (version.Refused) return version.Refusal;
        if (version.Value.App != create.App || version.Value.Index != retrieval.Index)
            return Refusal.Invalid("other-index", $"{version.Value.Id} is a version of {version.Value.Index}, but {create.Prompt} {prompt.Version} retrieves from {retrieval.Index}.");
        return version.Value.State == IndexState.Ready
            ? new RetrievalPin(retrieval.Index, version.Value.Id, retrieval.K)
            : Refusal.Conflict("index-not-ready", $"Index version {version.Value.Id} is {version.Value.State.ToString().ToLowerInvariant()}{(version.Value.Error is { } error ? $": {error}" : "")}. Wait until it is ready, or name another.");
    }

    private async Task<Result<IndexVersionView>> Newest(string app, string index, CancellationToken ct)
    {
        var versions = await indexes.List(app, ct);
        if (versions.Refused) return versions.Refusal;
        return versions.Value.Where(version => version.Index == index && version.State == IndexState.Ready).MaxBy(version => version.ReadyAt ?? version.CreatedAt) is { } newest
            ? newest
            : Refusal.NotFound("index-not-ready", $"App {app} has no ready version of index {index}. Build one: llmops push, or POST /indexes/{index}/versions.");
    }
}
