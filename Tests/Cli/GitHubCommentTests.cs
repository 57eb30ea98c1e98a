using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmOps.Tests.Cli;

/// <summary>Against a server that keeps comments as GitHub's REST API does.</summary>
public sealed class GitHubCommentTests : IAsyncLifetime
{
    private const string Marker = "<!-- gate:golden -->";

    private readonly string folder = Directory.CreateTempSubdirectory("llmops-comment-").FullName;
    private readonly List<JsonObject> comments = [];
    private readonly List<string> calls = [];
    private WebApplication server = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.MapGet("/repos/acme/app/issues/7/comments", (int page, int per_page) => new JsonArray([.. comments.Skip((page - 1) * per_page).Take(per_page).Select(comment => comment.DeepClone())]));
        server.MapPost("/repos/acme/app/issues/7/comments", async (HttpRequest request) => Kept("post", await JsonNode.ParseAsync(request.Body)));
        server.MapPatch("/repos/acme/app/issues/comments/{id}", async (long id, HttpRequest request) => Kept($"patch {id}", await JsonNode.ParseAsync(request.Body)));
        await server.StartAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_first_run_writes_a_comment()
    {
        Comment(1, "Bot", "<!-- gate:other -->\nhello");

        var run = await Run(Marker + "\nnew");

        Assert.Equal(0, run.Exit);
        Assert.Equal([$"post {Marker}\nnew"], calls);
        Assert.Contains("https://example.org/c", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_run_edits_it_also_behind_a_page_of_others_and_leaves_a_persons_quote()
    {
        for (var i = 0; i < 130; i++)
            Comment(i, "User", $"{Marker}\nquoted");
        Comment(200, "Bot", $"{Marker}\nold");

        var run = await Run(Marker + "\nnew");

        Assert.Equal(0, run.Exit);
        Assert.Equal([$"patch 200 {Marker}\nnew"], calls);
    }

    [Theory]
    [InlineData("no-marker", "hello", "t", "7")]
    [InlineData("no-token", Marker, "", "7")]
    [InlineData("comment-refused", Marker, "t", "8")]
    public async Task What_cannot_be_written_is_refused(string code, string body, string token, string pull)
    {
        var run = await Run(body, token, pull);

        Assert.Equal((1, code), (run.Exit, JsonNode.Parse(run.Out)!["error"]!["code"]!.ToString()));
        Assert.Empty(calls);
    }

    private void Comment(long id, string type, string body) => comments.Add(new JsonObject { ["id"] = id, ["user"] = new JsonObject { ["type"] = type }, ["body"] = body });

    private JsonObject Kept(string call, JsonNode? said)
    {
        calls.Add($"{call} {said!["body"]}");
        return new JsonObject { ["html_url"] = "https://example.org/c" };
    }

    private async Task<Command> Run(string body, string token = "t", string pull = "7")
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "comment.md"), body, TestContext.Current.CancellationToken);
        return await Command.Run(folder, new Dictionary<string, string>
        {
            ["GITHUB_API_URL"] = server.Urls.Single(), ["GITHUB_TOKEN"] = token, ["GITHUB_REPOSITORY"] = "acme/app", ["GITHUB_EVENT_PATH"] = "",
        }, "github", "comment", "--in", "comment.md", "--pull-request", pull, "--json");
    }
}
