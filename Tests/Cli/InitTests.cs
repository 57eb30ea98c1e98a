using LlmOps.Cli;
using LlmOps.Evaluation;
using LlmOps.Inference;
using LlmOps.Prompting;
using LlmOps.Retrieval;

namespace LlmOps.Tests.Cli;

public sealed class InitTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("llmops-app-").FullName;
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("guest-agent")]
    [InlineData("rag")]
    [InlineData("classifier")]
    public async Task Each_template_validates_and_its_agent_passes_its_own_floor(string template)
    {
        Assert.Equal(0, (await Command.Run(folder, "init", ".", "--template", template)).Exit);
        Assert.Equal(0, (await Command.Run(folder, "validate")).Exit);

        var accuracy = await Accuracy(new AppFolder(folder));

        TestContext.Current.TestOutputHelper?.WriteLine($"{template}: {accuracy:p1}");
        Assert.InRange(accuracy, 0.8, 1);
    }

    [Fact]
    public async Task A_file_that_is_there_is_never_written_over()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "llmops.yaml"), "mine", Ct);

        var run = await Command.Run(folder, "init", ".");

        Assert.Equal(1, run.Exit);
        Assert.Equal(["llmops.yaml"], Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(folder, "llmops.yaml"), Ct));
    }

    /// <summary>The application as the stack would run it, in this process.</summary>
    private static async Task<double> Accuracy(AppFolder app)
    {
        var file = app.App().Value!;
        var prompt = PromptFile.Parse(app.Text(file.Prompt), file.Prompt).Value!;
        var index = file.Indexes.Single(source => source.Name == prompt.Retrieval!.Index);
        var chunker = Chunker.Parse(index.Chunker).Value!;
        var chunks = app.Documents(index).SelectMany(document => chunker.Split(Document.Of(document.Id, document.Text))).ToArray();
        var segment = Segment.Build(chunks, LexicalEmbedder.Embed([.. chunks.Select(chunk => chunk.Text)])).Value!;
        var suite = Suite.Parse(app.Text(file.Suite), file.Suite).Value!;
        var facts = Scorer.Create(suite.Scorers.First(scorer => scorer.Type == "facts")).Value!;
        var model = EmbeddedModels.Find(prompt.Model, TimeProvider.System)!;
        var cases = Dataset.Parse(app.Text(suite.Dataset), suite.Dataset).Value!.Cases;

        var passed = 0;
        foreach (var question in cases)
        {
            var text = question.Vars.Values.First();
            var hits = segment.Search(text, LexicalEmbedder.Embed(text), prompt.Retrieval!.K, SegmentLayers.DefaultWeight);
            var rendered = Rendering.Render(prompt, question.Vars, [.. hits.Select(hit => new ContextPassage(hit.Document, hit.Text))]).Value!;
            var answer = await model.Complete(new System.Text.Json.Nodes.JsonObject
            {
                ["model"] = prompt.Model,
                ["max_tokens"] = prompt.MaxTokens,
                ["messages"] = new System.Text.Json.Nodes.JsonArray(Message("system", rendered.System), Message("user", rendered.User!)),
            }, Ct);
            var output = (string?)answer.Value!["choices"]![0]!["message"]!["content"] ?? "";
            passed += facts.Score(new ScoredCase(question.Id, text, output, question.Expected, [])).Passed ? 1 : 0;
        }
        return passed / (double)cases.Count;
    }

    private static System.Text.Json.Nodes.JsonObject Message(string role, string content) => new() { ["role"] = role, ["content"] = content };
}
