using System.Net;
using System.Net.Http.Headers;
using LlmOps.SemanticKernel;

namespace LlmOps.Tests.SemanticKernel;

/// <summary>A registry that answers what the test says, on a clock that the test moves.</summary>
public sealed class PromptRegistryTests
{
    private readonly Monotonic clock = new();
    private readonly List<HttpRequestMessage> asked = [];
    private Func<HttpRequestMessage, HttpResponseMessage> answer = _ => Version("1.0.0");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_prompt_is_read_by_name_label_and_app_with_the_key()
    {
        var found = await Registry().Find("guest agent", "production", Ct);

        Assert.Equal("1.0.0", found.Value?.Version.ToString());
        Assert.Equal("http://llmops.test/api/prompts/guest%20agent?label=production&app=hotel", asked[0].RequestUri?.AbsoluteUri);
        Assert.Equal("Bearer the-key", $"{asked[0].Headers.Authorization}");
    }

    [Fact]
    public async Task A_fresh_version_is_not_asked_for_again()
    {
        var registry = Registry();
        await registry.Find("guest-agent", "production", Ct);
        clock.Advance(PromptRegistry.Freshness - TimeSpan.FromTicks(1));

        await registry.Find("guest-agent", "production", Ct);

        Assert.Single(asked);
    }

    [Fact]
    public async Task A_version_that_did_not_change_is_not_sent_again()
    {
        var registry = Registry();
        await registry.Find("guest-agent", "production", Ct);
        clock.Advance(PromptRegistry.Freshness);
        answer = request => request.Headers.IfNoneMatch.Contains(new("\"1.0.0\"")) ? new(HttpStatusCode.NotModified) : Version("9.9.9");

        var found = await registry.Find("guest-agent", "production", Ct);

        Assert.Equal("1.0.0", found.Value?.Version.ToString());
        Assert.Equal(2, asked.Count);
    }

    [Fact]
    public async Task A_moved_label_is_seen_when_the_version_is_no_longer_fresh()
    {
        var registry = Registry();
        await registry.Find("guest-agent", "production", Ct);
        clock.Advance(PromptRegistry.Freshness);
        answer = _ => Version("1.1.0");

        var found = await registry.Find("guest-agent", "production", Ct);

        Assert.Equal("1.1.0", found.Value?.Version.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task The_last_version_is_served_while_the_registry_is_away_and_it_is_not_asked_at_every_render(HttpStatusCode? status)
    {
        var registry = Registry();
        await registry.Find("guest-agent", "production", Ct);
        clock.Advance(PromptRegistry.Freshness);
        answer = _ => status is { } away ? new(away) : throw new HttpRequestException(HttpRequestError.ConnectionError);

        var first = await registry.Find("guest-agent", "production", Ct);
        var second = await registry.Find("guest-agent", "production", Ct);

        Assert.Equal("1.0.0", first.Value?.Version.ToString());
        Assert.Equal("1.0.0", second.Value?.Version.ToString());
        Assert.Equal(2, asked.Count);
    }

    [Fact]
    public async Task A_clear_no_is_not_bridged()
    {
        var registry = Registry();
        await registry.Find("guest-agent", "production", Ct);
        clock.Advance(PromptRegistry.Freshness);
        answer = _ => StubHttp.Json(new { type = "urn:llmops:label-not-found", detail = "There is no label production." }, HttpStatusCode.NotFound);

        var found = await registry.Find("guest-agent", "production", Ct);

        Assert.Equal("registry-refused", found.Refusal?.Code);
        Assert.Equal("There is no label production.", found.Refusal?.Detail);
    }

    [Fact]
    public async Task A_registry_that_was_never_reached_is_a_refusal()
    {
        answer = _ => throw new HttpRequestException(HttpRequestError.ConnectionError);

        var found = await Registry().Find("guest-agent", "production", Ct);

        Assert.Equal("unreachable", found.Refusal?.Code);
    }

    [Fact]
    public async Task An_address_that_is_no_registry_is_a_refusal()
    {
        answer = _ => new(HttpStatusCode.OK) { Content = new StringContent("<html>", new MediaTypeHeaderValue("text/html")) };

        var found = await Registry().Find("guest-agent", "production", Ct);

        Assert.Equal("unreadable-answer", found.Refusal?.Code);
    }

    private PromptRegistry Registry() => new(
        new HttpClient(new StubHttp(request => { asked.Add(request); return Task.FromResult(answer(request)); })), new Uri("http://llmops.test"), "the-key", "hotel", clock);

    private static HttpResponseMessage Version(string version)
    {
        var text = $"version: {version}\nmodel: embedded/echo\nsystem_prompt: Be kind.\n";
        var response = StubHttp.Json(new PromptVersionView("hotel", "guest-agent", version, ContentHash.OfText(text), text, "embedded/echo", "ann", null, null, [], [], default));
        response.Headers.ETag = new($"\"{version}\"");
        return response;
    }

    private sealed class Monotonic : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks;

        public void Advance(TimeSpan by) => ticks += by.Ticks;
    }
}
