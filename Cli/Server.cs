using System.Net.Http.Headers;

namespace LlmOps.Cli;

/// <summary>The stack the command talks to: addresses and keys from the options, the environment, or the local stack's endpoints file.</summary>
public sealed class Server
{
    private readonly IReadOnlyDictionary<string, string> keys;
    private readonly string? givenKey;

    private Server(Uri web, Uri gateway, IReadOnlyDictionary<string, string> keys, string? givenKey) =>
        (Web, Gateway, this.keys, this.givenKey) = (web, gateway, keys, givenKey);

    public Uri Web { get; }

    public Uri Gateway { get; }

    public static Result<Server> Find(Terminal terminal)
    {
        var url = terminal.Server ?? (Environment.GetEnvironmentVariable("LLMOPS_URL") is { Length: > 0 } named ? named : null);
        var key = Environment.GetEnvironmentVariable("LLMOPS_API_KEY");
        var local = LocalEndpoints.Find();
        if (local is null && url is null)
            return Refusal.Upstream("no-server", "No running stack was found: there is no .llmops/endpoints.json here or above. Start one with ./run.sh, or name one with --server URL and LLMOPS_API_KEY.");

        if (url is not null && !Uri.TryCreate(url, UriKind.Absolute, out _))
            return Refusal.Invalid("bad-server", $"\"{url}\" is no address. Write it as http://host:5080.");
        var web = new Uri((url ?? local!.Addresses["web"]).TrimEnd('/') + "/");
        if (url is not null && local?.Addresses["web"].TrimEnd('/') + "/" != web.ToString())
            local = null; // the local keys are for the local stack alone
        var gateway = local is null ? new Uri(Environment.GetEnvironmentVariable("LLMOPS_GATEWAY_URL") ?? new UriBuilder(web) { Port = 5081 }.ToString()) : new Uri(local.Addresses["gateway"].TrimEnd('/') + "/");
        if (key is null && local is null)
            return Refusal.Invalid("no-key", $"A key is needed for {web}. Set LLMOPS_API_KEY.");
        return new Server(web, gateway, local?.Keys ?? new Dictionary<string, string>(), key);
    }

    /// <summary>The clients of the caller that the command runs as.</summary>
    /// <param name="role">Whose local key serves when none is given and no role is asked for.</param>
    public static Result<Clients> Connect(Terminal terminal, string role = "engineer")
    {
        var server = Find(terminal);
        return server.Refused ? server.Refusal : server.Value.As(terminal.Role ?? role);
    }

    /// <summary>The clients of one caller: the given key, else the local key of that role.</summary>
    public Result<Clients> As(string role)
    {
        var key = givenKey ?? keys.GetValueOrDefault(role);
        return key is null
            ? Refusal.Invalid("no-such-role", $"There is no local key for \"{role}\". Known roles: {string.Join(", ", keys.Keys.Order())}.")
            : With(key);
    }

    /// <summary>Like <see cref="As"/>, but only ever a local key: for the demo, where several people act.</summary>
    public Result<Clients> AsLocal(string role) =>
        keys.TryGetValue(role, out var key)
            ? With(key)
            : Refusal.Invalid("no-local-keys", "The demo plays several people and needs the local stack's keys (.llmops/endpoints.json). Run it beside a stack that ./run.sh started.");

    private Clients With(string key) => new(Http(new Uri(Web, "api/"), key), Http(Gateway, key));

    private static HttpClient Http(Uri address, string key)
    {
        var http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2) }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }
}

/// <summary>One caller's typed clients, control plane through the console's address, data plane at the gateway's.</summary>
public sealed class Clients(HttpClient api, HttpClient gateway)
{
    public HttpClient GatewayHttp => gateway;
    public PromptsClient Prompts { get; } = new(api);
    public IndexesClient Indexes { get; } = new(api);
    public EvalsClient Evals { get; } = new(api);
    public CostsClient Costs { get; } = new(api);
    public ReleasesClient Releases { get; } = new(api);
    public AuditClient Audit { get; } = new(api);
    public GatewayClient Gateway { get; } = new(gateway);
}
