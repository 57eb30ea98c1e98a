using System.Net;
using System.Text.Json.Nodes;

namespace LlmOps.Web;

/// <summary>One address for console, command and API: <c>/api/noun/…</c> goes to the service that owns the noun, which checks the caller's key itself.</summary>
public static class ApiForwarding
{
    private static readonly Dictionary<string, string> Owners = new()
    {
        ["prompts"] = "prompts", ["proposals"] = "prompts",
        ["indexes"] = "indexes", ["index-versions"] = "indexes",
        ["datasets"] = "evals", ["suites"] = "evals", ["runs"] = "evals", ["judges"] = "evals",
        ["costs"] = "costs", ["price-book"] = "costs",
        ["apps"] = "releases", ["policies"] = "releases", ["bundles"] = "releases", ["releases"] = "releases", ["routes"] = "releases", ["keys"] = "releases",
        ["inferences"] = "gateway",
    };

    private static readonly string[] Services = [.. Owners.Values.Distinct()];
    private static readonly string[] Passed = ["Authorization", "api-key", "x-api-key", "Accept", "If-None-Match"];
    private static readonly string[] Returned = ["Content-Type", "ETag", "Cache-Control", "Location", "Retry-After"];

    public static void AddApiForwarding(this IServiceCollection services) =>
        services.AddHttpClient(nameof(ApiForwarding)).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public static void MapApi(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/openapi.json", Describe).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/api/audit/{service}", (string service, HttpContext context, IHttpClientFactory clients, IConfiguration configuration) =>
            Services.Contains(service) ? Forward(context, clients, configuration, service, "audit") : NoOwner(context, $"audit/{service}")).AllowAnonymous().ExcludeFromDescription();
        app.Map("/api/{noun}/{**rest}", (string noun, string? rest, HttpContext context, IHttpClientFactory clients, IConfiguration configuration) =>
            Owners.TryGetValue(noun, out var owner) ? Forward(context, clients, configuration, owner, PathOf(context)) : NoOwner(context, noun))
            .AllowAnonymous().DisableAntiforgery().ExcludeFromDescription();
    }

    private static async Task Forward(HttpContext context, IHttpClientFactory clients, IConfiguration configuration, string service, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(Neighbours.AddressOf(configuration, service), path + context.Request.QueryString));
        if (context.Request.ContentLength > 0 || context.Request.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
        }
        foreach (var name in Passed)
        {
            if (context.Request.Headers.TryGetValue(name, out var value))
                request.Headers.TryAddWithoutValidation(name, value.ToArray());
        }

        try
        {
            using var answer = await clients.CreateClient(nameof(ApiForwarding)).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            context.Response.StatusCode = (int)answer.StatusCode;
            foreach (var name in Returned)
            {
                if (answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values))
                    context.Response.Headers[name] = values.ToArray();
            }
            if (answer.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified))
                await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
        catch (HttpRequestException) when (!context.Response.HasStarted)
        {
            await Refusal.Upstream("service-away", $"The service \"{service}\" does not answer. It is restarted by itself; try again in a moment.").ToProblem().ExecuteAsync(context);
        }
    }

    private static Task NoOwner(HttpContext context, string noun) =>
        Refusal.NotFound("no-such-api", $"There is no /api/{noun}. Known: {string.Join(", ", Owners.Keys.Order())}, audit/{{service}}. The description is at /api/openapi.json.").ToProblem().ExecuteAsync(context);

    /// <summary>The path behind /api/, escaped as it came.</summary>
    private static string PathOf(HttpContext context) => context.Request.Path.ToUriComponent()["/api/".Length..];

    /// <summary>The services' descriptions merged into one, their paths under /api.</summary>
    private static async Task<IResult> Describe(IHttpClientFactory clients, IConfiguration configuration, InstallationSecret secret, CancellationToken ct)
    {
        var paths = new JsonObject();
        var schemas = new JsonObject();
        foreach (var service in Services)
        {
            if (await DescriptionOf(service, clients, configuration, secret, ct) is not { } description)
                return Refusal.Upstream("service-away", $"The service \"{service}\" does not describe itself now. Try again in a moment.").ToProblem();
            foreach (var (path, item) in description["paths"]?.AsObject() ?? [])
            {
                var noun = path.Split('/') is [_, var first, ..] ? first : "";
                if (Owners.ContainsKey(noun))
                    paths[$"/api{path}"] = item?.DeepClone();
            }
            foreach (var (name, schema) in description["components"]?["schemas"]?.AsObject() ?? [])
                schemas[name] = schema?.DeepClone();
        }
        return TypedResults.Json(new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject { ["title"] = "LlmOps", ["version"] = "1" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas },
        });
    }

    /// <summary>Null where the service does not answer.</summary>
    private static async Task<JsonObject?> DescriptionOf(string service, IHttpClientFactory clients, IConfiguration configuration, InstallationSecret secret, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Neighbours.AddressOf(configuration, service), "openapi/v1.json"));
        request.Headers.Authorization = new("Bearer", ApiKey.Service("web", secret).Reveal());
        try
        {
            using var answer = await clients.CreateClient(nameof(ApiForwarding)).SendAsync(request, ct);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonObject>(ct) : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
