using System.Net;
using System.Net.Http.Json;

namespace LlmOps.Tests;

/// <summary>An HTTP border answered by a function.</summary>
public sealed class StubHttp(Func<HttpRequestMessage, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    public static HttpResponseMessage Json<T>(T value, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = JsonContent.Create(value, options: LlmOps.Json.Options) };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request);
}
