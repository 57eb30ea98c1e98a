using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace LlmOps;

/// <summary>What the typed clients share: JSON out, JSON in, and a service's no read back as the same <see cref="Refusal"/>.</summary>
public abstract class ServiceClient(HttpClient http)
{
    protected HttpClient Http => http;

    protected Task<Result<T>> Get<T>(string path, CancellationToken ct) where T : class =>
        Send<T>(new HttpRequestMessage(HttpMethod.Get, path), ct);

    /// <summary>A list, as an array of JSON.</summary>
    protected async Task<Result<IReadOnlyList<T>>> GetList<T>(string path, CancellationToken ct) => AsList(await Get<T[]>(path, ct));

    protected async Task<Result<IReadOnlyList<T>>> PostList<T>(string path, object body, CancellationToken ct) => AsList(await Post<T[]>(path, body, ct));

    protected Task<Result<T>> Post<T>(string path, object body, CancellationToken ct) where T : class => Send<T>(HttpMethod.Post, path, body, ct);

    protected Task<Result<T>> Put<T>(string path, object body, CancellationToken ct) where T : class => Send<T>(HttpMethod.Put, path, body, ct);

    protected async Task<Result<T>> Send<T>(HttpRequestMessage request, CancellationToken ct) where T : class
    {
        using (request)
        {
            try
            {
                using var response = await http.SendAsync(request, ct);
                if (!response.IsSuccessStatusCode)
                    return await Read(response, request, ct);
                return await response.Content.ReadFromJsonAsync<T>(Json.Options, ct) is { } value
                    ? value
                    : Refusal.Upstream("empty-answer", $"{Target(request)} answered nothing. Try again; if it stays, read that service's log.");
            }
            catch (HttpRequestException e)
            {
                return Refusal.Upstream("unreachable", $"{Target(request)} cannot be reached ({e.HttpRequestError}). Is the stack running? Start it with ./run.sh.");
            }
            catch (TaskCanceledException) when (!ct.IsCancellationRequested)
            {
                return Refusal.Upstream("timed-out", $"{Target(request)} did not answer in {http.Timeout.TotalSeconds:0} s. Try again; if it stays, read that service's log.");
            }
            catch (JsonException e)
            {
                return Refusal.Upstream("unreadable-answer", $"{Target(request)} answered something that is not the expected JSON ({e.Message}).");
            }
        }
    }

    /// <summary>Escapes one segment of a path or one value of a query.</summary>
    protected static string Esc(string value) => Uri.EscapeDataString(value);

    private static Result<IReadOnlyList<T>> AsList<T>(Result<T[]> result) => result.Refused ? result.Refusal : Result.Of<IReadOnlyList<T>>(result.Value);

    private Task<Result<T>> Send<T>(HttpMethod method, string path, object body, CancellationToken ct) where T : class =>
        Send<T>(new HttpRequestMessage(method, path) { Content = JsonContent.Create(body, body.GetType(), options: Json.Options) }, ct);

    private static async Task<Refusal> Read(HttpResponseMessage response, HttpRequestMessage request, CancellationToken ct)
    {
        var text = await response.Content.ReadAsStringAsync(ct);
        var problem = Problem.TryRead(text);
        return new(Kind(response.StatusCode), problem?.Code ?? $"http-{(int)response.StatusCode}", problem?.Sentence ?? $"{Target(request)} answered {(int)response.StatusCode}.");
    }

    private static RefusalKind Kind(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => RefusalKind.Unauthorized,
        HttpStatusCode.Forbidden => RefusalKind.Forbidden,
        HttpStatusCode.NotFound => RefusalKind.NotFound,
        HttpStatusCode.Conflict => RefusalKind.Conflict,
        HttpStatusCode.TooManyRequests => RefusalKind.Exhausted,
        >= HttpStatusCode.InternalServerError => RefusalKind.Upstream,
        _ => RefusalKind.Invalid,
    };

    private static string Target(HttpRequestMessage request) => request.RequestUri is { IsAbsoluteUri: true } uri ? uri.GetLeftPart(UriPartial.Path) : $"{request.RequestUri}";
}
