using System.Diagnostics;
using System.Text.Json.Nodes;
using LlmOps.Inference;
using LlmOps.Pricing;
using LlmOps.Prompting;

namespace LlmOps.Gateway;

/// <summary>The way of a call: route, arm and bundle; passages and prompt; the journal; the model; the journal again.</summary>
public sealed partial class Calls(
    Serving serving, PinnedBundles pinned, IndexesClient indexes, Models models, Journal journal, TimeProvider clock, ILogger<Calls> log)
{
    public const string NotReadyCode = "not-ready";
    public const string InternalCode = "internal";

    public static string NewId() => $"req_{Guid.CreateVersion7():n}";

    /// <summary>Decides which bundle answers. Nothing is recorded of a call that is refused here: it reached no arm.</summary>
    /// <param name="pin">The bundle that the caller demands; null lets the route decide.</param>
    public async Task<Result<Call>> Begin(ChatRequest chat, Caller caller, string? pin, string requestId, long arrived, CancellationToken ct)
    {
        if (serving.State is not { } state)
            return Refusal.Upstream(NotReadyCode, "The gateway has no snapshot of routes yet: Releases has not answered since it was installed. Try again in a moment.");
        if (pin is not null)
            return await BeginPinned(chat, caller, pin, state, requestId, arrived, ct);

        var route = state.Route(chat.Model, caller);
        if (route.Refused)
            return route.Refusal;
        var assignment = Assignment.Of(route.Value, chat.Unit, Random.Shared.NextDouble());
        if (assignment.Refused)
            return assignment.Refusal;
        var bundle = state.Bundle(assignment.Value.Bundle);
        return bundle.Refused ? bundle.Refusal : Made(chat, caller.KeyId, assignment.Value, bundle.Value, requestId, null, arrived);
    }

    /// <summary>A copy of a call that was answered, on its way to the bundle that shadows the route; null when that one cannot be served.</summary>
    public Call? BeginShadow(Call primary, ShadowEntry shadow)
    {
        var bundle = serving.State?.Bundle(shadow.Bundle);
        if (bundle is null or { Refused: true })
            return null;
        var assignment = primary.Assignment with { Arm = Arm.Shadow, Release = shadow.Release, Step = -1, Bundle = shadow.Bundle, Shadow = null };
        return Made(primary.Chat, primary.KeyId, assignment, bundle.Value!, NewId(), primary.RequestId, clock.GetTimestamp());
    }

    /// <summary>Everything before the model: passages, prompt, and the open record. A refusal is on the arm's account: its bundle could not be asked.</summary>
    public async Task<Refusal?> Prepare(Call call, CancellationToken ct)
    {
        var refusal = await Retrieve(call, ct);
        if (refusal is null)
        {
            IReadOnlyList<ContextPassage> passages = [.. (call.Retrieved?.Hits ?? []).Select(hit => new ContextPassage(hit.Document, hit.Text))];
            var composed = Composition.Compose(call.Bundle, call.Chat, passages, tools: call.Assignment.Arm != Arm.Shadow);
            var model = models.Find(call.Bundle.Manifest.Model);
            refusal = composed.Refusal ?? model.Refusal;
            (call.Upstream, call.Model) = (composed.Value, model.Value);
        }
        if (refusal is null)
            return await journal.Open(call.Begun());
        End(call, call.Refused(refusal));
        return refusal;
    }

    /// <summary>Asks the model and waits for the whole answer. It is waited for when the caller has left, too: it is paid for.</summary>
    public async Task<Result<JsonObject>> Complete(Call call)
    {
        using var span = Span(call);
        using var limit = new CancellationTokenSource(Models.TotalLimit, clock);
        var asked = clock.GetTimestamp();
        Result<JsonObject> answer;
        Told? told = null;
        try
        {
            answer = await call.Model!.Complete(call.Upstream!, limit.Token);
            if (!answer.Refused && !Chosen(answer.Value))
                answer = Malformed(call);
            if (!answer.Refused)
                told = Read(call, answer.Value);
        }
        catch (OperationCanceledException)
        {
            answer = Models.TimedOut(call.Bundle.Manifest.Model);
        }
        catch (Exception e)
        {
            answer = Surprised(call, e);
        }
        call.Waited += clock.GetElapsedTime(asked);
        Ended(call, span, call.Ended(answer.Refused ? Outcome.Error : Outcome.Ok, answer.Refusal?.Code, told ?? new Told(null, "", Owed(answer.Refusal!), null)));
        return answer;
    }

    /// <summary>Asks the model for a stream; a task of its own reads it to its end.</summary>
    public StreamedAnswer Stream(Call call) => new(call, this, clock);

    internal static Activity? Span(Call call)
    {
        var model = call.Bundle.Manifest.Model;
        var span = Telemetry.Source.StartActivity($"chat {model.Name}", ActivityKind.Client);
        return span?.SetTag("gen_ai.operation.name", "chat")
            .SetTag("gen_ai.provider.name", model.Provider)
            .SetTag("gen_ai.request.model", model.WireName())
            .SetTag("gen_ai.request.stream", call.Chat.Stream)
            .SetTag("gen_ai.request.temperature", call.Bundle.Manifest.Temperature)
            .SetTag("gen_ai.request.max_tokens", call.Bundle.Manifest.MaxTokens)
            .SetTag("llmops.request", call.RequestId)
            .SetTag("llmops.app", call.Assignment.App)
            .SetTag("llmops.bundle", call.Bundle.Id)
            .SetTag("llmops.route", call.Assignment.Route)
            .SetTag("llmops.arm", call.Assignment.Arm.ToString().ToLowerInvariant())
            .SetTag("llmops.prompt", call.Bundle.PromptName);
    }

    internal void Ended(Call call, Activity? span, InferenceRecord record)
    {
        span?.SetTag("gen_ai.usage.input_tokens", record.Tokens.Input + record.Tokens.CachedRead)
            .SetTag("gen_ai.usage.output_tokens", record.Tokens.Output)
            .SetTag("gen_ai.response.finish_reasons", record.FinishReason is { } finish ? new[] { finish } : null)
            .SetTag("error.type", record.ErrorType);
        if (record.Outcome == Outcome.Error)
            span?.SetStatus(ActivityStatusCode.Error, record.ErrorType);
        End(call, record);
    }

    /// <summary>Whether that is a completion or a chunk of one at all.</summary>
    internal static bool Chosen(JsonObject body) => body["choices"] is JsonArray;

    internal static Refusal Malformed(Call call) => UpstreamRefusal.Malformed($"The model {call.Bundle.Manifest.Model.Id} answered something that is no chat completion.");

    /// <summary>A bug in a model is this call's error, recorded like any other.</summary>
    internal Refusal Surprised(Call call, Exception e)
    {
        Unexpected(log, call.RequestId, e);
        return Internal(call.RequestId);
    }

    /// <summary>What a call without a word of an answer costs: nothing where the provider said no or was not reached.
    /// Null, to be estimated, where it took the request and then failed: it may bill for that.</summary>
    internal static TokenUsage? Owed(Refusal refusal) => refusal is UpstreamRefusal { Status: > 0 } or { Code: UpstreamRefusal.UnreachableCode } ? TokenUsage.Of(0, 0) : null;

    internal static Refusal Internal(string requestId) => Refusal.Upstream(InternalCode, $"The gateway failed. Its log has the reason under {requestId}.");

    /// <summary>Usage of a whole answer, or of the chunk that carries it.</summary>
    internal static TokenUsage? UsageOf(Call call, JsonObject body) => Usage.Extract(call.Bundle.Manifest.Model.Provider, body).Value;

    private void End(Call call, InferenceRecord record)
    {
        call.Settled = record;
        journal.Settle(record);
        Signals.Count(record, call.OverheadMs);
        if (record.Outcome == Outcome.Error)
            Failed(log, record.RequestId, record.ErrorType);
    }

    private async Task<Result<Call>> BeginPinned(ChatRequest chat, Caller caller, string pin, ServingState state, string requestId, long arrived, CancellationToken ct)
    {
        if (!caller.May(Scope.RunEvals))
            return Refusal.Forbidden("scope-missing", $"Pinning a bundle needs the scope {Scope.RunEvals}, which this key lacks. Leave the header x-llmops-bundle out, or use a key of an engineer or data scientist.");
        var bundle = await pinned.Find(pin, state, ct);
        if (bundle.Refused)
            return bundle.Refusal;
        var app = bundle.Value.Manifest.App;
        if (!caller.Covers(app) || (state.Routes.GetValueOrDefault(chat.Model) is { } route && route.App != app))
            return Refusal.NotFound("bundle-not-found", $"There is no bundle {pin} of the app behind \"{chat.Model}\", or this key does not cover it.");
        return Made(chat, caller.KeyId, new Assignment(app, chat.Model, Arm.Eval, null, null, pin, null), bundle.Value, requestId, null, arrived);
    }

    private Call Made(ChatRequest chat, string keyId, Assignment assignment, ServedBundle bundle, string requestId, string? shadowOf, long arrived) =>
        new(requestId, chat, keyId, assignment, bundle, journal.Gateway, shadowOf, clock.GetUtcNow(), arrived, clock);

    private async Task<Refusal?> Retrieve(Call call, CancellationToken ct)
    {
        if (call.Bundle.Manifest.Retrieval is not { } pin)
            return null;
        using var span = Telemetry.Source.StartActivity($"retrieval {pin.Index}", ActivityKind.Client)
            ?.SetTag("gen_ai.operation.name", "retrieval").SetTag("gen_ai.data_source.id", pin.IndexVersion).SetTag("gen_ai.request.top_k", pin.K);
        var asked = clock.GetTimestamp();
        var answer = await indexes.Query(pin.IndexVersion, new QueryIndex(call.Question, pin.K), ct);
        call.Waited += clock.GetElapsedTime(asked);
        if (!answer.Refused)
        {
            call.Retrieved = answer.Value;
            return null;
        }
        span?.SetStatus(ActivityStatusCode.Error, answer.Refusal.Code);
        return Refusal.Upstream("index-unavailable", $"The index version {pin.IndexVersion} of {pin.Index} did not answer, and an answer without its passages would be another: {answer.Refusal.Detail}");
    }

    private static Told Read(Call call, JsonObject answer)
    {
        var choice = (answer["choices"] as JsonArray)?.FirstOrDefault() as JsonObject;
        return new Told(choice?.TextAt("finish_reason"), ChatRequest.TextOf((choice?["message"] as JsonObject)?["content"]), UsageOf(call, answer), null);
    }

    [LoggerMessage(LogLevel.Warning, "The call {RequestId} failed: {ErrorType}.")]
    private static partial void Failed(ILogger log, string requestId, string? errorType);

    [LoggerMessage(LogLevel.Error, "The call {RequestId} failed unexpectedly.")]
    internal static partial void Unexpected(ILogger log, string requestId, Exception e);
}
