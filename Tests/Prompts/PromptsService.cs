using System.Net.Http.Headers;
using System.Net.Http.Json;
using LlmOps.Prompts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LlmOps.Tests.Prompts;

/// <summary>The service with two more keys than every service has: a second key of the engineer, in a role that approves, and a lead of one app alone.</summary>
public sealed class PromptsService() : TestService<PromptStore>("prompts")
{
    private readonly ApiKey second = ApiKey.Create("test");
    private readonly ApiKey narrow = ApiKey.Create("test");

    public const string OneApp = "one-app";

    public PromptsClient Client(Role role) => new(As(role));

    public PromptsClient SecondKeyOfTheEngineer() => new(With(second));

    public PromptsClient LeadOfOneApp() => new(With(narrow));

    public PromptsClient Releases() => new(AsService("releases"));

    /// <summary>A bundle id; what is in it is none of this service's business.</summary>
    public static string Bundle(string of) => "b_" + ContentHash.OfText(of);

    public static string Text(string version, string system = "Be brief.", string more = "") => $"""
        version: {version}
        model: embedded/extractive
        system_prompt: |
          You answer guests of a hotel.
          {system}
        user_prompt_template: "{"{question}"}"
        {more}
        """;

    public static PushPrompt Push(string app, string version, string system = "Be brief.", string more = "") => new(app, Text(version, system, more), Commit: "abc", Changelog: "why");

    public async Task<AuditPage> Audit(CancellationToken ct) => (await As(Role.Auditor).GetFromJsonAsync<AuditPage>("/audit", Json.Options, ct))!;

    protected override IHost CreateHost(IHostBuilder builder)
    {
        var host = base.CreateHost(builder);
        KeyRecord[] keys =
        [
            .. Enum.GetValues<Role>().Where(role => role != Role.Service).Select(role => Record(ApiKey.Local(role, Secret), role, LocalPerson.Of(role), "*")),
            Record(second, Role.Lead, "Engineer@local", "*"),
            Record(narrow, Role.Lead, "narrow@local", OneApp),
        ];
        host.Services.GetRequiredService<AccessCache>().Take(Secret.Sign(Json.Write(new AccessSnapshot(2_000_000, keys))));
        return host;
    }

    private KeyRecord Record(ApiKey key, Role role, string person, string app) => new(key.Id, Secret.Mac(key.Secret), role, person, app, null, false);

    private HttpClient With(ApiKey key)
    {
        var client = CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Reveal());
        return client;
    }
}
