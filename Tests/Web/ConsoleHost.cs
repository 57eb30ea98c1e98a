using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using LlmOps.Web;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmOps.Tests.Web;

/// <summary>The console in process. All services stand behind one function that answers the calls by service and path.</summary>
public sealed class ConsoleHost : WebApplicationFactory<App>
{
    private static readonly HtmlParser Parser = new();
    private readonly string folder = Directory.CreateTempSubdirectory("llmops-test-").FullName;

    public InstallationSecret Secret { get; } = new("test-secret");

    public bool LocalKeys { get; init; } = true;

    public FakeServices Fakes { get; } = new();

    /// <summary>Hands the console a newer snapshot of keys: those of the roles that are kept.</summary>
    public void Take(long revision, Func<Role, bool> keeps) => Take(Services, revision, keeps);

    /// <summary>A browser that keeps its cookies, signed in as the local person of that role.</summary>
    public async Task<HttpClient> As(Role role)
    {
        var browser = CreateClient();
        var answer = await Post(browser, "/sign-in", "local", ("role", role.ToString()));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return browser;
    }

    public static async Task<IHtmlDocument> Open(HttpClient browser, string path) => Parser.ParseDocument(await browser.GetStringAsync(path));

    public static async Task<IHtmlDocument> Read(HttpResponseMessage answer) => Parser.ParseDocument(await answer.Content.ReadAsStringAsync());

    /// <summary>Fills the form of that name on the page and sends it with these fields, as a browser does: hidden fields go along.</summary>
    public static async Task<HttpResponseMessage> Post(HttpClient browser, string path, string form, params (string Name, string Value)[] fields)
    {
        var page = await Open(browser, path);
        var found = page.QuerySelectorAll("form").OfType<IHtmlFormElement>().Single(one => one.QuerySelector($"input[name=_handler][value={form}]") is not null);
        var hidden = found.QuerySelectorAll("input[type=hidden]").OfType<IHtmlInputElement>().Select(input => (Name: input.Name!, input.Value));
        var all = hidden.Where(input => fields.All(field => field.Name != input.Name)).Concat(fields);
        return await browser.PostAsync(path, new FormUrlEncodedContent(all.Select(field => KeyValuePair.Create(field.Name, field.Value))));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("Access:Secret", "test-secret");
        builder.UseSetting("Access:LocalKeys", LocalKeys ? "true" : "false");
        builder.UseSetting("Storage:Folder", folder);
        builder.UseSetting("Logging:LogLevel:Default", "Error");
        foreach (var neighbour in ApiKey.Services)
            builder.UseSetting($"services:{neighbour}:http:0", $"http://{neighbour}");
        builder.ConfigureTestServices(services =>
        {
            services.RemoveAll<IHostedService>(service => service.ImplementationType == typeof(AccessWorker));
            services.ConfigureHttpClientDefaults(client => client.ConfigurePrimaryHttpMessageHandler(() => new StubHttp(Fakes.Answer)));
            services.AddHttpClient(nameof(ApiForwarding)).ConfigurePrimaryHttpMessageHandler(() => new StubHttp(Fakes.Answer));
        });
    }

    protected override IHost CreateHost(IHostBuilder builder)
    {
        var host = base.CreateHost(builder);
        Take(host.Services, revision: 1, _ => true);
        return host;
    }

    private void Take(IServiceProvider services, long revision, Func<Role, bool> keeps)
    {
        var keys = LocalMode.Roles.Where(keeps).Select(role => (Role: role, Key: ApiKey.Local(role, Secret)))
            .Select(seed => new KeyRecord(seed.Key.Id, Secret.Mac(seed.Key.Secret), seed.Role, LocalPerson.Of(seed.Role), "*", null, false));
        Assert.True(services.GetRequiredService<AccessCache>().Take(Secret.Sign(Json.Write(new AccessSnapshot(revision, [.. keys])))));
    }
}

internal static class Removing
{
    internal static void RemoveAll<T>(this IServiceCollection services, Func<ServiceDescriptor, bool> which)
    {
        foreach (var service in services.Where(service => service.ServiceType == typeof(T) && which(service)).ToArray())
            services.Remove(service);
    }
}
