using System.Net;

namespace LlmOps.Tests.Web;

/// <summary>Every service the console calls, answered from a table: "prompts proposals?app=" and the like. What is not in it is not found.</summary>
public sealed class FakeServices
{
    private readonly Dictionary<string, Func<HttpRequestMessage, HttpResponseMessage>> answers = [];

    /// <summary>Bodies of the calls that change something, newest last, with method, service and path.</summary>
    public List<(string Call, string? Key, string Body)> Changes { get; } = [];

    /// <summary>No service answers any more.</summary>
    public bool AllAway { get; set; }

    /// <param name="call">Service and path with query, as <c>prompts proposals?app=</c>.</param>
    public FakeServices With<T>(string call, T value, HttpStatusCode status = HttpStatusCode.OK) => With(call, _ => StubHttp.Json(value, status));

    public FakeServices With(string call, Func<HttpRequestMessage, HttpResponseMessage> answer)
    {
        answers[call] = answer;
        return this;
    }

    /// <summary>A no, as a service says it.</summary>
    public FakeServices Refusing(string call, HttpStatusCode status, string code, string detail) =>
        With(call, new { type = Problem.TypePrefix + code, title = code, detail }, status);

    /// <summary>The service does not answer at all.</summary>
    public FakeServices Away(string call) => With(call, _ => throw new HttpRequestException(HttpRequestError.ConnectionError));

    public async Task<HttpResponseMessage> Answer(HttpRequestMessage request)
    {
        if (AllAway)
            throw new HttpRequestException(HttpRequestError.ConnectionError);
        var call = $"{request.RequestUri!.Host} {request.RequestUri.PathAndQuery[1..]}";
        if (request.Method != HttpMethod.Get)
            Changes.Add(($"{request.Method} {call}", request.Headers.Authorization?.Parameter, request.Content is null ? "" : await request.Content.ReadAsStringAsync()));
        return answers.TryGetValue(call, out var answer)
            ? answer(request)
            : StubHttp.Json(new { type = Problem.TypePrefix + "not-there", detail = $"Nothing stands at {call}." }, HttpStatusCode.NotFound);
    }
}
