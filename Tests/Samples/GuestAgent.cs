using System.Text.Json.Nodes;
using LlmOps.Evaluation;
using LlmOps.Inference;
using LlmOps.Pricing;
using LlmOps.Prompting;
using LlmOps.Retrieval;

namespace LlmOps.Tests.Samples;

/// <summary>The sample's files, and its agent run in this process: its handbook indexed, its prompts rendered, the embedded model asked.</summary>
internal static class GuestAgent
{
    public const string Cut = "markdown(max=120)";
    private static readonly Scorer Facts = Scorer.Create(new SuiteScorer("accuracy", "facts")).Value!;

    public static string Path(string relative) => System.IO.Path.Combine(Checkout.Sample, relative);

    public static string Text(string relative) => File.ReadAllText(Path(relative));

    public static PromptFile Prompt(string version)
    {
        var file = $"versions/guest-agent-{version}.yaml";
        return Taken(PromptFile.Parse(Text(file), file));
    }

    public static Dataset Rows(string name)
    {
        var file = $"datasets/{name}.jsonl";
        return Taken(Dataset.Parse(File.ReadAllBytes(Path(file)), file));
    }

    public static Policy Rules(string name) => Taken(Policy.Parse(Text($"policies/{name}.yaml"), name));

    /// <summary>Every document by its path in the application's folder.</summary>
    public static SortedDictionary<string, string> Handbook()
    {
        var documents = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path("corpora/handbook"), "*.md", SearchOption.AllDirectories))
            documents[System.IO.Path.GetRelativePath(Checkout.Sample, file).Replace('\\', '/')] = File.ReadAllText(file);
        return documents;
    }

    public static Segment Index(string chunker)
    {
        var cutter = Taken(Chunker.Parse(chunker));
        var chunks = Handbook().SelectMany(document => cutter.Split(Document.Of(document.Key, document.Value))).ToList();
        return Taken(Segment.Build(chunks, LexicalEmbedder.Embed([.. chunks.Select(chunk => chunk.Text)])));
    }

    /// <summary>Every case of a dataset answered, priced and scored; printed with the test.</summary>
    public static async Task<Measured> Measure(string version, string dataset, string chunker = Cut)
    {
        var (prompt, index) = (Prompt(version), Index(chunker));
        var model = EmbeddedModels.Find(prompt.Model, TimeProvider.System)!;
        var results = new List<CaseResult>();
        foreach (var @case in Rows(dataset).Cases)
        {
            var question = @case.Vars["guest_request"];
            var hits = index.Search(question, LexicalEmbedder.Embed(question), prompt.Retrieval!.K, SegmentLayers.DefaultWeight);
            var rendered = Taken(Rendering.Render(prompt, @case.Vars, [.. hits.Select(hit => new ContextPassage(hit.Document, hit.Text))]));
            var answer = Taken(await model.Complete(Request(prompt, rendered), TestContext.Current.CancellationToken));

            var output = (string)answer["choices"]![0]!["message"]!["content"]!;
            var usage = Taken(Usage.Extract("openai", answer));
            var score = Facts.Score(new ScoredCase(@case.Id, question, output, @case.Expected, [.. hits.Select(hit => hit.Text)]));
            results.Add(new CaseResult(
                @case.Id, @case.Segment, output, new Dictionary<string, double> { ["accuracy"] = score.Passed ? 1 : 0 }, score.Passed, Error: null, LatencyMs: null,
                PriceBook.BuiltIn.Price(prompt.Model, usage, DateTimeOffset.UnixEpoch).KnownUsd, [], Tokens: new ReportTokens(usage.Input, usage.Output)));
        }
        var measured = new Measured(version, dataset, chunker, results);
        TestContext.Current.TestOutputHelper?.WriteLine(measured.ToString());
        return measured;
    }

    private static JsonObject Request(PromptFile prompt, RenderedPrompt rendered) => new()
    {
        ["model"] = prompt.Model,
        ["temperature"] = prompt.Temperature,
        ["max_tokens"] = prompt.MaxTokens,
        ["messages"] = new JsonArray(
            new JsonObject { ["role"] = "system", ["content"] = rendered.System },
            new JsonObject { ["role"] = "user", ["content"] = rendered.User }),
    };

    public static T Taken<T>(Result<T> result) where T : class => result.Value ?? throw new InvalidOperationException(result.Refusal?.Detail);
}

/// <summary>What one prompt version reaches on one dataset over one index.</summary>
internal sealed record Measured(string Version, string Dataset, string Chunker, IReadOnlyList<CaseResult> Cases)
{
    public double Accuracy => Cases.Average(result => result.Passed ? 1.0 : 0.0);

    /// <summary>The share of the cases with one of these ids that passed.</summary>
    public double AccuracyOf(IReadOnlySet<string> ids) => Cases.Where(result => ids.Contains(result.Id)).Average(result => result.Passed ? 1.0 : 0.0);

    public override string ToString() => FormattableString.Invariant(
        $"{Version} on {Dataset} over {Chunker}: {Accuracy * 100:F1} % of {Cases.Count}, {Cases.Average(result => result.Tokens!.Input):F0} tokens in, {Cases.Sum(result => result.CostUsd) * 1000 / Cases.Count:F4} USD per 1,000; ")
        + string.Join(", ", Cases.GroupBy(result => result.Segment).Select(slice => $"{slice.Key} {slice.Count(result => result.Passed)}/{slice.Count()}"));
}
