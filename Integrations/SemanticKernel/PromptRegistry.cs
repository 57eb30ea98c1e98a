using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using LlmOps.Prompting;

namespace LlmOps.SemanticKernel;

/// <summary>The prompts of one app by name and label, as the registry has them. While the registry is away, the last version it gave is served.</summary>
/// <param name="http">Sends the requests. Its timeout is how long a first read waits.</param>
/// <param name="server">Address of the console and its API: <c>http://localhost:5080</c>.</param>
/// <param name="key">A key that may read prompts.</param>
/// <param name="app">The app whose prompts are read.</param>
public sealed class PromptRegistry(HttpClient http, Uri server, string key, string app, TimeProvider? clock = null)
{
    /// <summary>How long a version is used before the registry is asked again: a release or a rollback is seen after this at the latest.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    private readonly TimeProvider clock = clock ?? TimeProvider.System;
    private readonly ConcurrentDictionary<string, Kept> kept = new();

    /// <summary>The version that the label names now. A clear no of the registry is a no; only its silence is bridged.</summary>
    public async Task<Result<PromptFile>> Find(string name, string label, CancellationToken ct)
    {
        var path = $"api/prompts/{Uri.EscapeDataString(name)}?label={Uri.EscapeDataString(label)}&app={Uri.EscapeDataString(app)}";
        var held = kept.GetValueOrDefault(path);
        if (held is not null && clock.GetElapsedTime(held.AskedAt) < Freshness)
            return held.Prompt;

        var asked = clock.GetTimestamp();
        var answer = await Ask(path, held, name, ct);
        if (!answer.Refused)
            return (kept[path] = new(answer.Value.Prompt, answer.Value.Tag, asked)).Prompt;
        if (held is null || answer.Refusal.Kind != RefusalKind.Upstream)
            return answer.Refusal;
        return (kept[path] = held with { AskedAt = clock.GetTimestamp() }).Prompt; // not every render waits for what is away
    }

    private async Task<Result<Answer>> Ask(string path, Kept? held, string name, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{server.AbsoluteUri.TrimEnd('/')}/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (held?.Tag is { } tag)
            request.Headers.IfNoneMatch.Add(tag);
        try
        {
            using var response = await http.SendAsync(request, ct);
            if (response.StatusCode == HttpStatusCode.NotModified && held is not null)
                return new Answer(held.Prompt, held.Tag);
            if (!response.IsSuccessStatusCode)
                return No(response.StatusCode, Problem.TryRead(await response.Content.ReadAsStringAsync(ct)));
            if (await response.Content.ReadFromJsonAsync<PromptVersionView>(Json.Options, ct) is not { Text: { } text })
                return Refusal.Upstream("empty-answer", $"{server} answered nothing for the prompt {name}.");
            var prompt = PromptFile.Parse(text, name);
            return prompt.Refused ? prompt.Refusal : new Answer(prompt.Value, response.Headers.ETag);
        }
        catch (HttpRequestException e)
        {
            return Refusal.Upstream("unreachable", $"{server} cannot be reached ({e.HttpRequestError}), and the prompt {name} was never read from it. Is the address right, and the stack running?");
        }
        catch (TaskCanceledException) when (!ct.IsCancellationRequested)
        {
            return Refusal.Upstream("timed-out", $"{server} did not answer in {http.Timeout.TotalSeconds:0} s, and the prompt {name} was never read from it.");
        }
        catch (JsonException e)
        {
            return Refusal.Upstream("unreadable-answer", $"{server} answered something that is no prompt ({e.Message}). The address must be that of the console and its API.");
        }
    }

    private Refusal No(HttpStatusCode status, Problem? problem)
    {
        var detail = problem?.Sentence ?? $"{server} answered {(int)status}.";
        return status is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
            ? Refusal.Upstream("registry-away", detail)
            : Refusal.Invalid("registry-refused", detail);
    }

    private sealed record Answer(PromptFile Prompt, EntityTagHeaderValue? Tag);

    /// <param name="AskedAt">Timestamp of the clock.</param>
    private sealed record Kept(PromptFile Prompt, EntityTagHeaderValue? Tag, long AskedAt);
}
