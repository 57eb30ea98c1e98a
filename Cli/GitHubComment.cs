using System.CommandLine;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Cli;

/// <summary>The one comment of a gate on a pull request: found by its hidden marker and edited in place, so that a change has the newest answer and no list of old ones.</summary>
public static class GitHubComment
{
    private const int PerPage = 100;
    private const string Bot = "Bot";

    public static Command Build()
    {
        var input = new Option<FileInfo>("--in") { Description = "The comment as llmops eval --markdown writes it.", Required = true };
        var number = new Option<int?>("--pull-request") { Description = "Its number (default: the one of the event that started the job)." };
        var comment = new Command("comment", "Write a gate's comment on a pull request, or edit the one that is there.") { input, number };
        comment.SetAction((parsed, ct) => Run(Terminal.Of(parsed), parsed.GetValue(input)!, parsed.GetValue(number), ct));
        return new Command("github", "What a job on GitHub Actions tells the pull request. Needs the job's token in GITHUB_TOKEN.") { comment };
    }

    private static async Task<int> Run(Terminal terminal, FileInfo input, int? number, CancellationToken ct)
    {
        if (!input.Exists)
            return terminal.Refuse(Refusal.Invalid("no-such-file", $"There is no file {input.FullName}. Write it with llmops eval … --markdown {input.Name}."));
        var body = await File.ReadAllTextAsync(input.FullName, ct);
        var marker = body.Split('\n')[0].Trim();
        if (!marker.StartsWith("<!-- gate:", StringComparison.Ordinal))
            return terminal.Refuse(Refusal.Invalid("no-marker", $"{input.Name} does not begin with the marker of a gate, so an older comment could not be found. Write it with llmops eval … --markdown."));
        var (token, repository) = (Environment.GetEnvironmentVariable("GITHUB_TOKEN"), Environment.GetEnvironmentVariable("GITHUB_REPOSITORY"));
        if (string.IsNullOrEmpty(token) || string.IsNullOrEmpty(repository))
            return terminal.Refuse(Refusal.Invalid("no-token", "GITHUB_TOKEN or GITHUB_REPOSITORY is not set. Give the step the job's token, with pull-requests: write; a change from a fork gets none, and its answer stands in the job's summary."));
        if ((number ?? await OfEvent(ct)) is not { } pull)
            return terminal.Refuse(Refusal.Invalid("no-pull-request", "The event that started this job has no pull request. Name one with --pull-request."));

        using var http = new HttpClient { BaseAddress = new Uri((Environment.GetEnvironmentVariable("GITHUB_API_URL") ?? "https://api.github.com").TrimEnd('/') + "/") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        http.DefaultRequestHeaders.UserAgent.ParseAdd("llmops");
        http.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.github+json");
        try
        {
            var address = await Write(http, repository, pull, marker, body, ct);
            terminal.Answer(new { address }, () => terminal.Say(address));
            return Exit.Done;
        }
        catch (HttpRequestException refused)
        {
            return terminal.Refuse(new Refusal(RefusalKind.Upstream, "comment-refused", $"{http.BaseAddress} refused the comment ({refused.Message}). The job needs the permission pull-requests: write, which a change from a fork never has."));
        }
    }

    /// <summary>Only a bot's comment is edited: a person's that quotes the marker is theirs.</summary>
    private static async Task<string> Write(HttpClient http, string repository, int pull, string marker, string body, CancellationToken ct)
    {
        for (var page = 1; ; page++)
        {
            var comments = await http.GetFromJsonAsync<JsonArray>($"repos/{repository}/issues/{pull}/comments?per_page={PerPage}&page={page}", ct) ?? [];
            var own = comments.FirstOrDefault(comment => comment?["user"]?["type"]?.ToString() == Bot && comment["body"]?.ToString().StartsWith(marker, StringComparison.Ordinal) == true);
            if (own is not null)
                return await Sent(await http.PatchAsJsonAsync($"repos/{repository}/issues/comments/{own["id"]}", new { body }, ct), ct);
            if (comments.Count < PerPage)
                return await Sent(await http.PostAsJsonAsync($"repos/{repository}/issues/{pull}/comments", new { body }, ct), ct);
        }
    }

    private static async Task<string> Sent(HttpResponseMessage response, CancellationToken ct)
    {
        using (response)
        {
            response.EnsureSuccessStatusCode();
            return (await response.Content.ReadFromJsonAsync<JsonObject>(ct))?["html_url"]?.ToString() ?? "";
        }
    }

    private static async Task<int?> OfEvent(CancellationToken ct) =>
        Environment.GetEnvironmentVariable("GITHUB_EVENT_PATH") is { Length: > 0 } path && File.Exists(path)
            ? JsonNode.Parse(await File.ReadAllTextAsync(path, ct))?["pull_request"]?["number"]?.GetValue<int>()
            : null;
}
