using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace LlmOps.Inference;

/// <summary>What a faulty model does wrong; its name says it: <c>embedded/faulty-500</c>, <c>-429</c>, <c>-hang</c>, <c>-cut</c>, <c>-malformed</c>.</summary>
public enum Fault { Status500, Status429, Hang, Cut, Malformed }

/// <summary>Fails on purpose, always in the same way, to rehearse what callers do about it.</summary>
internal sealed class FaultyModel(string name, Fault fault, TimeProvider clock) : IModel
{
    private readonly EmbeddedModel whole = new(name, _ => "This sentence is cut off before its end.", clock);

    public async Task<Result<JsonObject>> Complete(JsonObject request, CancellationToken ct)
    {
        if (fault == Fault.Hang)
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, ct);
        return fault == Fault.Malformed ? new JsonObject { ["object"] = "chat.completion" } : Failure();
    }

    public async IAsyncEnumerable<JsonObject> Stream(JsonObject request, [EnumeratorCancellation] CancellationToken ct)
    {
        if (fault == Fault.Hang)
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, ct);
        var sent = 0;
        if (fault == Fault.Cut)
        {
            await foreach (var chunk in whole.Stream(request, ct))
            {
                if (sent++ == 4)
                    break;
                yield return chunk;
            }
        }
        if (fault == Fault.Malformed)
            yield return new JsonObject { ["object"] = "chat.completion.chunk" };
        throw new ModelException(Failure());
    }

    private UpstreamRefusal Failure() => fault switch
    {
        Fault.Status500 => new(RefusalKind.Upstream, "server_error", $"{name} always answers 500.", (int)HttpStatusCode.InternalServerError, "server_error", null),
        Fault.Status429 => new(RefusalKind.Exhausted, "rate_limit_exceeded", $"{name} always answers 429.", (int)HttpStatusCode.TooManyRequests,
            "rate_limit_error", TimeSpan.FromSeconds(1)),
        Fault.Hang => UpstreamRefusal.Unreachable($"{name} never answers."),
        Fault.Cut => UpstreamRefusal.Cut($"{name} ends before its end."),
        Fault.Malformed => UpstreamRefusal.Malformed($"{name} answers what is no completion."),
    };
}
