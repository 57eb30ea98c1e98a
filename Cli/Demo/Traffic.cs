using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LlmOps.Evaluation;

namespace LlmOps.Cli;

/// <summary>Guests who ask through the gateway and say whether the answer was right: the facts they expected are in it or not.</summary>
public sealed class Traffic(Clients clients, string route, Scorer facts) : IAsyncDisposable
{
    private const int Guests = 400;
    private const int AtOnce = 6;

    private readonly ConcurrentDictionary<string, Seen> seen = new();
    private readonly ConcurrentDictionary<(string Guest, string Bundle), byte> cohorts = new();
    private readonly CancellationTokenSource stop = new();
    private volatile IReadOnlyList<EvalCase> mix = [];
    private Task running = Task.CompletedTask;
    private long failed;

    /// <summary>What came back from one bundle.</summary>
    public sealed record Seen(long Answers, long Correct, long Tokens, DateTimeOffset Last);

    /// <summary>Answers by bundle id.</summary>
    public IReadOnlyDictionary<string, Seen> ByBundle => seen;

    public long Failed => Interlocked.Read(ref failed);

    /// <summary>The questions that guests ask from now on.</summary>
    public void Ask(IReadOnlyList<EvalCase> cases) => mix = cases;

    public void Start(IReadOnlyList<EvalCase> cases)
    {
        mix = cases;
        running = Task.WhenAll(Enumerable.Range(0, AtOnce).Select(Guest));
    }

    public Seen Of(string bundle) => seen.GetValueOrDefault(bundle) ?? new(0, 0, 0, DateTimeOffset.MinValue);

    /// <summary>How many guests met both bundles: with sticky units only those whom the canary's widening moved.</summary>
    public (int Both, int Either) Met(string a, string b)
    {
        var (ofA, ofB) = (Of(a), Of(b));
        return (ofA.Intersect(ofB).Count(), ofA.Union(ofB).Count());

        IEnumerable<string> Of(string bundle) => cohorts.Keys.Where(met => met.Bundle == bundle).Select(met => met.Guest);
    }

    /// <summary>One question as one guest; the bundle that answered, or null when it failed.</summary>
    public async Task<string?> Once(EvalCase question, string guest, CancellationToken ct)
    {
        var body = new JsonObject
        {
            ["model"] = route,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = question.Vars.Values.First() }),
            ["prompt_variables"] = new JsonObject(question.Vars.Select(variable => KeyValuePair.Create(variable.Key, (JsonNode?)variable.Value))),
            ["metadata"] = new JsonObject { ["unit"] = guest },
        };
        using var response = await clients.GatewayHttp.PostAsJsonAsync("v1/chat/completions", body, ct);
        if (!response.IsSuccessStatusCode || await response.Content.ReadFromJsonAsync<JsonObject>(ct) is not { } answer)
            return null;

        var text = (string?)answer["choices"]?[0]?["message"]?["content"] ?? "";
        var score = facts.Score(new ScoredCase(question.Id, question.Vars.Values.First(), text, question.Expected, question.Context, question.Tags));
        await clients.Gateway.Give(new GiveFeedback(response.Headers.GetValues("x-request-id").First(), score.Passed, score.Value, Comment: null), ct);

        var bundle = response.Headers.GetValues("x-llmops-bundle").First();
        var tokens = (long?)answer["usage"]?["total_tokens"] ?? 0;
        var now = TimeProvider.System.GetUtcNow();
        seen.AddOrUpdate(bundle, new Seen(1, score.Passed ? 1 : 0, tokens, now), (_, so) => new(so.Answers + 1, so.Correct + (score.Passed ? 1 : 0), so.Tokens + tokens, now));
        cohorts.TryAdd((guest, bundle), 0);
        return bundle;
    }

    public async Task Stop()
    {
        await stop.CancelAsync();
        await running;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        stop.Dispose();
    }

    private async Task Guest(int worker)
    {
        var random = new Random(worker); // seeded: which guest asks what is the same in every demo
        while (!stop.IsCancellationRequested)
        {
            var questions = mix;
            try
            {
                if (await Once(questions[random.Next(questions.Count)], $"guest-{random.Next(Guests):000}", stop.Token) is null)
                    await Unanswered();
            }
            catch (HttpRequestException)
            {
                await Unanswered();
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>A guest without an answer waits a moment; a service that restarts is back by then.</summary>
    private async Task Unanswered()
    {
        Interlocked.Increment(ref failed);
        await Task.Delay(200);
    }
}
