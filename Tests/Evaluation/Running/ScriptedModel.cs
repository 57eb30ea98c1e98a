using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using LlmOps.Inference;

namespace LlmOps.Tests.Evaluation.Running;

/// <summary>A model that does what a test says, call by call, and remembers what it was asked.</summary>
/// <param name="answer">The number of the call, from 1, and the question; a text to say, or an exception to throw.</param>
internal sealed class ScriptedModel(Func<int, string, object> answer) : IModel
{
    private int calls;
    private int open;
    private int most;

    public int Calls => calls;

    /// <summary>The most calls that were open at once.</summary>
    public int Most => most;

    public List<JsonObject> Requests { get; } = [];

    /// <summary>Held by a test to keep calls open.</summary>
    public Func<CancellationToken, Task> While { get; init; } = _ => Task.CompletedTask;

    public Task<Result<JsonObject>> Complete(JsonObject request, CancellationToken ct) => throw new NotSupportedException();

    public async IAsyncEnumerable<JsonObject> Stream(JsonObject request, [EnumeratorCancellation] CancellationToken ct)
    {
        lock (Requests)
        {
            Requests.Add(request);
            most = Math.Max(most, ++open);
        }
        try
        {
            await While(ct);
            var said = answer(Interlocked.Increment(ref calls), request["messages"]![0]!["content"]!.GetValue<string>());
            if (said is Exception refused)
                throw refused;
            var (text, whole) = said is Cut cut ? (cut.Text, false) : ((string)said, true);
            yield return Chunk(new JsonObject { ["role"] = "assistant", ["content"] = text }, null);
            if (!whole)
                throw new ModelException(UpstreamRefusal.Cut("The stream broke off."));
            yield return Chunk([], "stop");
            yield return new JsonObject { ["model"] = "test", ["choices"] = new JsonArray(), ["usage"] = new JsonObject { ["prompt_tokens"] = 1000L, ["completion_tokens"] = 100L } };
        }
        finally
        {
            lock (Requests)
                open--;
        }
    }

    public static ModelException Busy(TimeSpan? wait = null) => new(new UpstreamRefusal(RefusalKind.Exhausted, "rate_limit_exceeded", "Slow down.", 429, "rate_limit_error", wait ?? TimeSpan.Zero));

    public static ModelException No(int status, string code = "no") => new(new UpstreamRefusal(RefusalKind.Upstream, code, "No.", status, "error", TimeSpan.Zero));

    private static JsonObject Chunk(JsonObject delta, string? finish) => new()
    {
        ["id"] = "c1", ["model"] = "test", ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finish }),
    };

    /// <summary>Says this and breaks off.</summary>
    internal sealed record Cut(string Text);
}
