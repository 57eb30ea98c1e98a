using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Inference;

/// <summary>Any OpenAI-compatible endpoint. The host sets base address (ending in <c>/v1/</c>), key and time limit on the client.</summary>
/// <param name="headers">Sent with every request, on top of the client's own.</param>
public sealed class OpenAiModel(HttpClient http, IReadOnlyDictionary<string, string>? headers = null) : IModel
{
    private const string Path = "chat/completions";
    private const int MostBytesOfAnError = 64 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false }; // else a double key throws only when it is read

    public async Task<Result<JsonObject>> Complete(JsonObject request, CancellationToken ct)
    {
        var body = (JsonObject)request.DeepClone();
        body.Remove("stream");
        body.Remove("stream_options");
        try
        {
            using var message = Message(body);
            using var response = await http.SendAsync(message, ct);
            if (!response.IsSuccessStatusCode)
                return await Refuse(response, ct);
            await using var content = await response.Content.ReadAsStreamAsync(ct);
            if (await JsonNode.ParseAsync(content, null, Strict, ct) is JsonObject completion && completion["choices"] is JsonArray)
                return completion;
            return UpstreamRefusal.Malformed("The model's answer is JSON, but no chat completion.");
        }
        catch (JsonException e) { return UpstreamRefusal.Malformed($"The model's answer is not JSON: {e.Message}"); }
        catch (HttpRequestException e) { return UpstreamRefusal.Unreachable($"The model could not be reached: {e.Message}"); }
        catch (IOException e) { return UpstreamRefusal.Cut($"The model's answer broke off: {e.Message}"); }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested) { return UpstreamRefusal.Late("The model did not answer within the time limit."); }
    }

    public async IAsyncEnumerable<JsonObject> Stream(JsonObject request, [EnumeratorCancellation] CancellationToken ct)
    {
        var body = (JsonObject)request.DeepClone();
        body["stream"] = true;
        var options = body["stream_options"] as JsonObject;
        if (options is null)
            body["stream_options"] = options = [];
        options["include_usage"] = true; // always: what is not asked for cannot be billed

        using var message = Message(body);
        using var response = await Send(message, ct);
        await using var lines = new BoundedLines(await response.Content.ReadAsStreamAsync(ct));
        await using var events = SseParser.Create(lines).EnumerateAsync(ct).GetAsyncEnumerator(ct);
        while (true)
        {
            JsonObject? chunk;
            try
            {
                if (!await events.MoveNextAsync())
                    throw new ModelException(UpstreamRefusal.Cut("The stream ended without [DONE]."));
                if (events.Current.Data == "[DONE]")
                    yield break;
                chunk = JsonNode.Parse(events.Current.Data, null, Strict) as JsonObject;
            }
            catch (JsonException e) { throw new ModelException(UpstreamRefusal.Malformed($"A chunk of the stream is not JSON: {e.Message}")); }
            catch (Exception e) when (e is IOException or HttpRequestException) { throw new ModelException(UpstreamRefusal.Cut($"The stream broke off: {e.Message}")); }

            if (chunk?["error"] is { } error)
                throw new ModelException(Of(error, HttpStatusCode.OK, null));
            if (chunk?["choices"] is not JsonArray)
                throw new ModelException(UpstreamRefusal.Malformed("A chunk of the stream is no chat completion chunk."));
            yield return chunk;
        }
    }

    /// <summary>With a length: not every server takes a chunked request.</summary>
    private HttpRequestMessage Message(JsonObject body)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(body.ToJsonString(Json.Options), Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers ?? new Dictionary<string, string>())
            message.Headers.Add(name, value);
        return message;
    }

    private async Task<HttpResponseMessage> Send(HttpRequestMessage message, CancellationToken ct)
    {
        HttpResponseMessage response;
        try { response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ct); }
        catch (HttpRequestException e) { throw new ModelException(UpstreamRefusal.Unreachable($"The model could not be reached: {e.Message}")); }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested) { throw new ModelException(UpstreamRefusal.Late("The model did not begin to answer within the time limit.")); }
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw new ModelException(await Refuse(response, ct));
    }

    private static async Task<UpstreamRefusal> Refuse(HttpResponseMessage response, CancellationToken ct)
    {
        await using var content = await response.Content.ReadAsStreamAsync(ct);
        var buffer = new byte[MostBytesOfAnError];
        var read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        JsonNode? error = null;
        try { error = (JsonNode.Parse(buffer.AsSpan(0, read), null, Strict) as JsonObject)?["error"]; }
        catch (JsonException) { } // a proxy's HTML page says no more than its status
        return Of(error, response.StatusCode, Wait(response));
    }

    private static UpstreamRefusal Of(JsonNode? error, HttpStatusCode status, TimeSpan? wait)
    {
        string? Field(string name) => (error as JsonObject)?[name] is JsonValue value ? value.ToString() : null;
        var kind = status switch
        {
            HttpStatusCode.TooManyRequests => RefusalKind.Exhausted,
            HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity => RefusalKind.Invalid,
            _ => RefusalKind.Upstream,
        };
        var type = Field("type") ?? "upstream_error";
        return new UpstreamRefusal(kind, Field("code") ?? type, Field("message") ?? $"The model answered {(int)status} without saying why.", (int)status, type, wait);
    }

    /// <summary><c>retry-after-ms</c> first, then <c>retry-after</c> in seconds; a date there is read against the answer's own date.</summary>
    private static TimeSpan? Wait(HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues("retry-after-ms", out var values)
            && double.TryParse(values.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds is >= 0 and < 1e9)
            return TimeSpan.FromMilliseconds(milliseconds);
        if (response.Headers.RetryAfter is not { } after)
            return null;
        return after.Delta ?? (after.Date is { } date && response.Headers.Date is { } sent && date > sent ? date - sent : TimeSpan.Zero);
    }
}
