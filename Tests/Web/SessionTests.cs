using System.Net;

namespace LlmOps.Tests.Web;

public sealed class SessionTests : IAsyncDisposable
{
    private readonly ConsoleHost console = new();

    public ValueTask DisposeAsync() => console.DisposeAsync();

    [Fact]
    public async Task An_anonymous_visitor_is_sent_to_sign_in_and_back_to_the_page()
    {
        Hotel.MoveIn(console.Fakes);
        var browser = console.CreateClient();

        var asked = await browser.GetAsync("/costs");
        Assert.Equal("/sign-in?ReturnUrl=%2Fcosts", asked.RequestMessage!.RequestUri!.PathAndQuery);

        var answer = await ConsoleHost.Post(browser, "/sign-in?ReturnUrl=%2Fcosts", "key", ("key", ApiKey.Local(Role.Product, console.Secret).Reveal()));
        Assert.Equal("/costs", answer.RequestMessage!.RequestUri!.PathAndQuery);
        Assert.Contains("product@local", (await ConsoleHost.Read(answer)).QuerySelector(".who")!.TextContent);
    }

    [Theory]
    [InlineData("not a key")]
    [InlineData("lmo_local_AAAAAAAA_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA_000000")]
    public async Task A_wrong_key_is_refused_with_what_to_do(string key)
    {
        var page = await ConsoleHost.Read(await ConsoleHost.Post(console.CreateClient(), "/sign-in", "key", ("key", key)));

        Assert.Contains("unknown, expired or revoked", page.QuerySelector("[role=alert]")!.TextContent);
        Assert.Null(page.QuerySelector(".who"));
    }

    [Fact]
    public async Task A_process_has_no_session()
    {
        var page = await ConsoleHost.Read(await ConsoleHost.Post(console.CreateClient(), "/sign-in", "key", ("key", ApiKey.Service("web", console.Secret).Reveal())));

        Assert.NotNull(page.QuerySelector("[role=alert]"));
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    public async Task Signing_in_never_leads_to_another_site(string back)
    {
        Hotel.MoveIn(console.Fakes);

        var answer = await ConsoleHost.Post(console.CreateClient(), $"/sign-in?ReturnUrl={Uri.EscapeDataString(back)}", "local", ("role", "Lead"));

        Assert.Equal("http://localhost/", answer.RequestMessage!.RequestUri!.ToString());
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        Hotel.MoveIn(console.Fakes);
        var browser = await console.As(Role.Lead);
        var token = (await ConsoleHost.Open(browser, "/")).QuerySelector("form[action='/sign-out'] input")!.GetAttribute("value")!;

        await browser.PostAsync("/sign-out", new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token)]));

        Assert.StartsWith("/sign-in", (await browser.GetAsync("/")).RequestMessage!.RequestUri!.PathAndQuery);
    }

    [Fact]
    public async Task A_revoked_key_ends_its_sessions()
    {
        Hotel.MoveIn(console.Fakes);
        var browser = await console.As(Role.Lead);

        console.Take(revision: 2, role => role != Role.Lead);

        Assert.StartsWith("/sign-in", (await browser.GetAsync("/")).RequestMessage!.RequestUri!.PathAndQuery);
    }

    [Fact]
    public async Task A_form_without_its_token_or_from_another_site_changes_nothing()
    {
        Hotel.MoveIn(console.Fakes);
        var browser = await console.As(Role.Lead);
        var path = $"/proposals/{Hotel.Proposal}";
        FormUrlEncodedContent Form() => new([KeyValuePair.Create("_handler", "review"), KeyValuePair.Create("decision", "Approve"), KeyValuePair.Create("bundle", Hotel.Candidate)]);

        var tokenless = await browser.PostAsync(path, Form());
        var foreign = await browser.SendAsync(new(HttpMethod.Post, path) { Content = Form(), Headers = { { "Origin", "https://evil.example" } } });

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Forbidden), (tokenless.StatusCode, foreign.StatusCode));
        Assert.Empty(console.Fakes.Changes);
    }

    [Fact]
    public async Task Roles_are_offered_on_this_machine_by_its_own_name_alone()
    {
        var local = await ConsoleHost.Open(console.CreateClient(), "/sign-in");
        var rebound = await console.CreateClient().SendAsync(new(HttpMethod.Get, "/sign-in") { Headers = { Host = "rebound.example:5080" } });
        var api = await console.CreateClient().SendAsync(new(HttpMethod.Get, "/api/cats") { Headers = { Host = "build-server:5080" } });

        Assert.Equal(HttpStatusCode.NotFound, api.StatusCode);
        Assert.Equal(9, local.QuerySelectorAll("button[name=role]").Length);
        Assert.Equal(HttpStatusCode.Forbidden, rebound.StatusCode);
        Assert.Contains("host-not-local", await rebound.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_installation_without_local_keys_offers_no_role_and_takes_none()
    {
        await using var installed = new ConsoleHost { LocalKeys = false };
        var browser = installed.CreateClient();

        var page = await ConsoleHost.Open(browser, "/sign-in");

        Assert.Empty(page.QuerySelectorAll("button[name=role]"));
        Assert.NotNull(page.QuerySelector("input[name=key]"));
    }

    [Fact]
    public async Task Every_page_forbids_inline_scripts_frames_and_foreign_sources()
    {
        Hotel.MoveIn(console.Fakes);
        var browser = await console.As(Role.Lead);

        foreach (var path in new[] { "/", "/sign-in", "/app.css", "/api/openapi.json", "/nothing" })
        {
            var policy = Assert.Single((await browser.GetAsync(path)).Headers.GetValues("Content-Security-Policy"));

            Assert.StartsWith("default-src 'self';", policy);
            Assert.Contains("frame-ancestors 'none'", policy);
            Assert.DoesNotContain("unsafe", policy);
        }
    }

    [Fact]
    public async Task The_chosen_theme_is_kept_without_scripts()
    {
        Hotel.MoveIn(console.Fakes);
        var browser = await console.As(Role.Lead);

        await browser.PostAsync("/theme", new FormUrlEncodedContent([KeyValuePair.Create("theme", "dark"), KeyValuePair.Create("return", "/")]));

        Assert.Equal("dark", (await ConsoleHost.Open(browser, "/costs")).DocumentElement.GetAttribute("data-theme"));
    }
}
