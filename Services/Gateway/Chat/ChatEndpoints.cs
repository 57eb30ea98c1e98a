using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Gateway;

/// <summary>OpenAI's API: chat, embeddings, models; with and without <c>/v1</c>.</summary>
public static partial class ChatEndpoints
{
    public const string BundleHeader = "x-llmops-bundle";
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = Json.Options.Encoder };

    public static void MapOpenAi(this IEndpointRouteBuilder app)
    {
        foreach (var prefix in (string[])["/v1", ""])
        {
            var api = app.MapGroup(prefix).RequireScope(Scope.Invoke).WithMetadata(new OpenAiSurface()).AddEndpointFilter(Surprises).WithTags("OpenAI");
            if (prefix.Length == 0)
                api.ExcludeFromDescription();

            api.MapPost("/chat/completions", Chat).WithSummary("Answer a chat, whole or as a stream").Produces<JsonObject>();
            api.MapPost("/embeddings", EmbeddingsEndpoints.Embed).WithSummary("Embed texts with embedded/lexical-384").Produces<JsonObject>();
            api.MapGet("/models", ModelsEndpoints.List).WithSummary("The routes that the key may call").Produces<JsonObject>();
            api.MapGet("/models/{**id}", ModelsEndpoints.Find).WithSummary("One route").Produces<JsonObject>();
        }
        app.MapFallback("/v1/{**path}", (HttpContext context) => new OpenAiError(Refusal.NotFound("unknown-url", $"There is no {context.Request.Method} {context.Request.Path}. See /openapi/v1.json.")))
            .AllowAnonymous();
    }

    /// <summary>Every answer says which request it answers: the id of its record, and the caller's own where one came.</summary>
    public static void UseRequestIds(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.TraceIdentifier = Calls.NewId();
        context.Response.Headers["x-request-id"] = context.TraceIdentifier;
        if (context.Request.Headers["x-client-request-id"] is [{ Length: <= 200 } own] && own.All(c => c is >= ' ' and <= '~')) // a header takes no more than these
            context.Response.Headers["x-client-request-id"] = own;
        return next(context);
    });

    private static async Task<IResult> Chat(HttpContext context, Calls calls, Shadows shadows, Prices prices, TimeProvider clock, ILogger<Calls> log, CancellationToken ct)
    {
        var arrived = clock.GetTimestamp();
        var body = await ChatRequest.ReadBody(context.Request.BodyReader, ct);
        if (body.Refused)
            return new OpenAiError(body.Refusal);
        var chat = ChatRequest.Read(body.Value);
        if (chat.Refused)
            return new OpenAiError(chat.Refusal);
        var begun = await calls.Begin(chat.Value, context.Caller(), context.Request.Headers[BundleHeader].FirstOrDefault(), context.TraceIdentifier, arrived, ct);
        if (begun.Refused)
            return new OpenAiError(begun.Refusal);

        var call = begun.Value;
        using var scope = log.BeginScope(new Dictionary<string, object> { ["bundle"] = call.Bundle.Id, ["route"] = call.Assignment.Route, ["arm"] = call.Assignment.Arm.ToString().ToLowerInvariant() });
        Describe(context.Response.Headers, call);
        if (await calls.Prepare(call, ct) is { } refusal)
            return new OpenAiError(refusal);
        var answer = chat.Value.Stream ? await Stream(context, calls.Stream(call), call, ct) : await Whole(context, calls, call, prices);
        await answer.ExecuteAsync(context);
        shadows.Offer(call); // only now: the caller has the answer
        Answered(log, call.Settled?.Outcome ?? Outcome.Open, call.Elapsed.TotalMilliseconds, call.OverheadMs);
        return Results.Empty;
    }

    private static async Task<IResult> Whole(HttpContext context, Calls calls, Call call, Prices prices)
    {
        var answer = await calls.Complete(call);
        context.Response.Headers["x-llmops-overhead-ms"] = Number(call.OverheadMs);
        if (answer.Refused)
            return new OpenAiError(answer.Refusal);
        if (prices.Usd(call.Bundle.Manifest.Model.Id, call.Settled!.Tokens, call.StartedAt) is { } usd)
            context.Response.Headers["x-llmops-cost-usd"] = usd.ToString("0.############", CultureInfo.InvariantCulture);

        var body = answer.Value;
        if (call.Assignment.Arm == Arm.Eval)
            body["llmops"] = Evidence(call);
        return Results.Bytes(JsonSerializer.SerializeToUtf8Bytes(body, Json.Options), "application/json");
    }

    /// <summary>Headers wait for the first chunk, so that a model's no is an error with a status; a later one is an error in the stream, without [DONE].</summary>
    private static async Task<IResult> Stream(HttpContext context, StreamedAnswer stream, Call call, CancellationToken ct)
    {
        var response = context.Response;
        try
        {
            if (!await stream.Chunks.WaitToReadAsync(ct) && stream.Refusal is { } refusal)
                return new OpenAiError(refusal);
            response.ContentType = "text/event-stream; charset=utf-8";
            response.Headers.CacheControl = "no-cache";
            response.Headers["x-accel-buffering"] = "no";
            response.Headers["x-llmops-overhead-ms"] = Number(call.OverheadMs);
            var evidence = call.Assignment.Arm == Arm.Eval ? Evidence(call) : null;
            await foreach (var chunk in stream.Chunks.ReadAllAsync(ct))
            {
                if (!call.Chat.IncludeUsage && chunk.Remove("usage", out var usage) && usage is not null && chunk["choices"] is JsonArray { Count: 0 })
                    continue; // the chunk that was asked for on our account
                if (evidence is not null)
                    (chunk["llmops"], evidence) = (evidence, null);
                WriteEvent(response, chunk);
                await response.BodyWriter.FlushAsync(ct);
            }
            if (stream.Refusal is { } cut)
                WriteEvent(response, new OpenAiError(cut).Body());
            else
                response.BodyWriter.Write("data: [DONE]\n\n"u8);
            await response.BodyWriter.FlushAsync(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The caller has left; the stream's own task reads on and records it.
        }
        finally
        {
            stream.Leave();
        }
        return Results.Empty;
    }

    private static void Describe(IHeaderDictionary headers, Call call)
    {
        headers[BundleHeader] = call.Bundle.Id;
        headers["x-llmops-arm"] = call.Assignment.Arm.ToString().ToLowerInvariant();
        headers["x-llmops-prompt"] = InHeader(call.Bundle.PromptName);
        headers["x-llmops-model"] = InHeader(call.Bundle.Manifest.Model.Id);
        headers["x-llmops-attempts"] = "1";
        headers["x-llmops-fallbacks"] = "0";
        headers["x-llmops-cache"] = "off";
    }

    /// <summary>A name may be of any letters, a header may not.</summary>
    private static string InHeader(string name) => Ascii.IsValid(name) ? name : Uri.EscapeDataString(name);

    /// <summary>What an evaluation may see of a call pinned to its bundle: the passages that the model was given.</summary>
    private static JsonObject Evidence(Call call) => new()
    {
        ["context"] = JsonSerializer.SerializeToNode((call.Retrieved?.Hits ?? []).Select(hit => new GivenPassage(hit.Document, hit.Score, hit.Text)), Json.Options),
    };

    private static void WriteEvent(HttpResponse response, JsonObject data)
    {
        response.BodyWriter.Write("data: "u8);
        using (var writer = new Utf8JsonWriter(response.BodyWriter, Relaxed))
            data.WriteTo(writer, Json.Options);
        response.BodyWriter.Write("\n\n"u8);
    }

    private static string Number(double milliseconds) => milliseconds.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>A bug answers in OpenAI's shape, too, and says nothing of itself.</summary>
    private static async ValueTask<object?> Surprises(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception e) when (e is not OperationCanceledException && !context.HttpContext.Response.HasStarted)
        {
            Calls.Unexpected(context.HttpContext.RequestServices.GetRequiredService<ILogger<Calls>>(), context.HttpContext.TraceIdentifier, e);
            return new OpenAiError(Calls.Internal(context.HttpContext.TraceIdentifier));
        }
    }

    [LoggerMessage(LogLevel.Information, "Answered: {Outcome} after {ElapsedMs} ms, {OverheadMs} ms of them the gateway's own.")]
    private static partial void Answered(ILogger log, Outcome outcome, double elapsedMs, double overheadMs);
}
