using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using LlmOps.Inference;

namespace LlmOps.Gateway;

/// <summary>A stream from the model, read to its end by a task of its own: the caller may leave, the usage at its end is still recorded.</summary>
public sealed class StreamedAnswer
{
    private const int MostWaiting = 64;

    /// <summary>How long the model is read on for a caller who has left.</summary>
    private static readonly TimeSpan AfterLeaving = TimeSpan.FromSeconds(30);

    private readonly Channel<JsonObject> chunks = Channel.CreateBounded<JsonObject>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, SingleWriter = true });
    private volatile bool left;
    private long leftAt; // timestamp of the clock, set before left
    private readonly StringBuilder text = new();
    private readonly Call call;
    private readonly Calls calls;
    private readonly TimeProvider clock;
    private string? finish;
    private TokenUsage? usage;
    private TimeSpan? ttft;

    internal StreamedAnswer(Call call, Calls calls, TimeProvider clock)
    {
        (this.call, this.calls, this.clock) = (call, calls, clock);
        Drained = Drain();
    }

    /// <summary>Ends when the model does; then <see cref="Refusal"/> says whether that was its proper end.</summary>
    public ChannelReader<JsonObject> Chunks => chunks.Reader;

    public Refusal? Refusal { get; private set; }

    /// <summary>Completes when the call is recorded.</summary>
    public Task Drained { get; }

    /// <summary>The caller reads no more.</summary>
    public void Leave()
    {
        leftAt = clock.GetTimestamp();
        left = true;
        chunks.Writer.TryComplete(); // also ends a wait for room
    }

    /// <summary>How long the next chunk is waited for.</summary>
    /// <param name="sinceLeft">Null while the caller reads.</param>
    public static TimeSpan Patience(TimeSpan sinceBegan, TimeSpan? sinceLeft)
    {
        var rest = Models.TotalLimit - sinceBegan;
        if (sinceLeft is { } gone && AfterLeaving - gone < rest)
            rest = AfterLeaving - gone;
        return TimeSpan.FromTicks(Math.Clamp(rest.Ticks, TimeSpan.TicksPerMillisecond, Models.SilenceLimit.Ticks));
    }

    private async Task Drain()
    {
        await Task.Yield(); // the caller reads while the model writes
        using var span = Calls.Span(call);
        using var limit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        var began = clock.GetTimestamp();
        try
        {
            await using var stream = call.Model!.Stream(call.Upstream!, limit.Token).GetAsyncEnumerator(limit.Token);
            while (await Next(stream, limit, began))
                await Pass(Calls.Chosen(stream.Current) ? stream.Current : throw new ModelException(Calls.Malformed(call)));
        }
        catch (ModelException e)
        {
            Refusal = e.Refusal;
        }
        catch (OperationCanceledException)
        {
            Refusal = Models.TimedOut(call.Bundle.Manifest.Model);
        }
        catch (Exception e)
        {
            Refusal = calls.Surprised(call, e);
        }
        finally
        {
            var outcome = left && Refusal is null or { Code: Models.TimedOutCode } ? Outcome.Cancelled : Refusal is null ? Outcome.Ok : Outcome.Error;
            var owed = Refusal is { } refusal && text.Length == 0 ? Calls.Owed(refusal) : null;
            calls.Ended(call, span, call.Ended(outcome, Refusal?.Code, new Told(finish, text.ToString(), usage ?? owed, ttft)));
            chunks.Writer.TryComplete();
        }
    }

    /// <summary>The next chunk, within the limits; waiting for a slow caller is not the model's time.</summary>
    private async Task<bool> Next(IAsyncEnumerator<JsonObject> stream, CancellationTokenSource limit, long began)
    {
        limit.CancelAfter(Patience(clock.GetElapsedTime(began), left ? clock.GetElapsedTime(leftAt) : null));
        var asked = clock.GetTimestamp();
        try
        {
            return await stream.MoveNextAsync();
        }
        finally
        {
            call.Waited += clock.GetElapsedTime(asked);
            limit.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    private async Task Pass(JsonObject chunk)
    {
        Read(chunk);
        try
        {
            await chunks.Writer.WriteAsync(chunk);
        }
        catch (ChannelClosedException)
        {
            // The caller has left; the rest is read for its usage.
        }
    }

    private void Read(JsonObject chunk)
    {
        if (chunk["usage"] is JsonObject)
            usage = Calls.UsageOf(call, chunk) ?? usage;
        if ((chunk["choices"] as JsonArray)?.FirstOrDefault() is not JsonObject choice)
            return;
        finish = choice.TextAt("finish_reason") ?? finish;
        var delta = choice["delta"] as JsonObject;
        var said = ChatRequest.TextOf(delta?["content"]) + string.Concat((delta?["tool_calls"] as JsonArray ?? []).OfType<JsonObject>().Select(tool => (tool["function"] as JsonObject)?.TextAt("arguments")));
        if (said.Length == 0)
            return;
        ttft ??= call.Elapsed;
        text.Append(said);
    }
}
