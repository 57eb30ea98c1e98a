using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using LlmOps.Tests.Gateway;

namespace LlmOps.Tests.Sdk;

/// <summary>What only a real server does to a request before it reaches us.</summary>
public sealed class WireTests(SdkGateway gateway) : IClassFixture<SdkGateway>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_body_over_the_servers_own_limit_is_too_large_and_no_failure_of_ours()
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{gateway.Address}/chat/completions") { Content = new ByteArrayContent(new byte[31_000_000]) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", gateway.Key);
        request.Headers.ExpectContinue = true; // the answer comes before the body

        using var response = await client.SendAsync(request, Ct);

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "body_too_large"), (response.StatusCode, await GatewayService.ErrorCode(response)));
    }

    [Theory]
    [InlineData("caller-1", true)]
    [InlineData("caf\u00e9", false)]
    [InlineData("a\u0001b", false)]
    [InlineData("a\u007fb", false)]
    public async Task A_callers_request_id_is_echoed_where_a_header_can_carry_it(string id, bool echoed)
    {
        var answer = await Raw($"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {gateway.Key}\r\nX-Client-Request-Id: {id}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Equal(echoed, answer.Contains($"x-client-request-id: {id}\r\n", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_body_that_is_chunked_wrong_is_the_callers_mistake()
    {
        var answer = await Raw($"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {gateway.Key}\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("body_unreadable", answer, StringComparison.Ordinal);
    }

    private async Task<string> Raw(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port, Ct);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), Ct);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Ct);
    }
}
