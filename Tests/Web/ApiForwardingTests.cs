using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Tests.Web;

public sealed class ApiForwardingTests : IAsyncDisposable
{
    private readonly ConsoleHost console = new();

    public ValueTask DisposeAsync() => console.DisposeAsync();

    [Theory]
    [InlineData("proposals?app=hotel", "prompts proposals?app=hotel")]
    [InlineData("prompts/guest%2Fagent/versions/1.0.0?app=a%26b", "prompts prompts/guest%2Fagent/versions/1.0.0?app=a%26b")]
    [InlineData("runs/run_1/report", "evals runs/run_1/report")]
    [InlineData("releases", "releases releases")]
    [InlineData("costs/bundles", "costs costs/bundles")]
    [InlineData("index-versions/ix_1", "indexes index-versions/ix_1")]
    [InlineData("inferences?after=", "gateway inferences?after=")]
    [InlineData("audit/evals?after=0", "evals audit?after=0")]
    public async Task A_noun_goes_to_its_owner_with_the_callers_key_and_its_path_unchanged(string path, string call)
    {
        AuthenticationHeaderValue? sent = null;
        console.Fakes.With(call, request =>
        {
            sent = request.Headers.Authorization;
            return StubHttp.Json(new { here = true });
        });
        var client = console.CreateClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", "lmo_the_callers_own");

        var answer = await client.GetAsync($"/api/{path}");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"here":true}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal("lmo_the_callers_own", sent?.Parameter);
    }

    [Fact]
    public async Task A_body_and_a_refusal_pass_through()
    {
        console.Fakes.Refusing("prompts proposals", HttpStatusCode.Conflict, "bundle-changed", "Read it again.");

        var answer = await console.CreateClient().PostAsJsonAsync("/api/proposals", new { app = "hotel" });

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("Read it again.", Problem.TryRead(await answer.Content.ReadAsStringAsync())?.Detail);
        Assert.Equal("""{"app":"hotel"}""", Assert.Single(console.Fakes.Changes).Body);
    }

    [Fact]
    public async Task A_session_cookie_opens_no_api()
    {
        HttpRequestMessage? sent = null;
        var browser = await console.As(Role.Lead);
        console.Fakes.With("releases releases", request =>
        {
            sent = request;
            return StubHttp.Json(Array.Empty<string>());
        });

        await browser.GetAsync("/api/releases");

        Assert.NotNull(sent);
        Assert.Null(sent.Headers.Authorization);
        Assert.False(sent.Headers.Contains("Cookie"));
    }

    [Theory]
    [InlineData("/api/cats")]
    [InlineData("/api/audit/cats")]
    public async Task An_unknown_noun_is_refused_by_name(string path)
    {
        var answer = await console.CreateClient().GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("urn:llmops:no-such-api", Problem.TryRead(await answer.Content.ReadAsStringAsync())?.Type);
    }

    [Fact]
    public async Task A_service_that_is_away_is_a_502_that_names_it()
    {
        console.Fakes.Away("costs costs/bundles");

        var answer = await console.CreateClient().GetAsync("/api/costs/bundles");

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains("\"costs\" does not answer", Problem.TryRead(await answer.Content.ReadAsStringAsync())?.Detail);
    }

    [Fact]
    public async Task A_service_that_is_away_is_named_instead_of_described()
    {
        console.Fakes.AllAway = true;

        var answer = await console.CreateClient().GetAsync("/api/openapi.json");

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains("does not describe itself now", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_services_describe_themselves_as_one_api()
    {
        foreach (var (service, noun) in new[] { ("prompts", "proposals"), ("indexes", "indexes"), ("evals", "runs"), ("costs", "costs"), ("releases", "releases"), ("gateway", "inferences") })
        {
            console.Fakes.With($"{service} openapi/v1.json", new
            {
                paths = new Dictionary<string, object> { [$"/{noun}"] = new { get = new { summary = service } }, ["/internal"] = new { get = new { } } },
                components = new { schemas = new Dictionary<string, object> { [$"{service}View"] = new { type = "object" } } },
            });
        }

        var description = await console.CreateClient().GetFromJsonAsync<JsonObject>("/api/openapi.json");

        Assert.Equal(["/api/costs", "/api/indexes", "/api/inferences", "/api/proposals", "/api/releases", "/api/runs"], description!["paths"]!.AsObject().Select(path => path.Key).Order());
        Assert.Equal(6, description["components"]!["schemas"]!.AsObject().Count);
    }
}
