using LlmOps.Indexes;
using LlmOps.Inference;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace LlmOps.Tests.Indexes;

/// <summary>The service with the lexical embedder under watch, an embedder that breaks, and a key of one app alone.</summary>
public sealed class IndexesService() : TestService<IndexVersionStore>("indexes")
{
    public const string OneApp = "one-app";
    public const string Breaking = "test/breaking";

    private readonly ApiKey narrow = ApiKey.Create("test");

    /// <summary>Every text that was embedded, in order.</summary>
    public List<string> Embedded { get; } = [];

    /// <summary>Runs before each batch is embedded.</summary>
    public Action BeforeBatch { get; set; } = () => { };

    public IndexesClient Client(Role role) => new(As(role));

    public IndexesClient DataScientistOfOneApp()
    {
        var client = CreateClient();
        client.DefaultRequestHeaders.Add("api-key", narrow.Reveal());
        return new(client);
    }

    public BuildWorker Worker() => ActivatorUtilities.CreateInstance<BuildWorker>(Services);

    public string SegmentOf(string version) => Services.GetRequiredService<SegmentFiles>().PathOf(version);

    /// <summary>The same service as after a restart: nothing in memory.</summary>
    public LoadedIndexes Restarted() => ActivatorUtilities.CreateInstance<LoadedIndexes>(Services);

    protected override void Arrange(IServiceCollection services) => services.Replace(ServiceDescriptor.Singleton(new Embedders(
    [
        new Embedder(LexicalEmbedder.Name, LexicalEmbedder.Fingerprint, Watch),
        new Embedder(Breaking, "breaking/1", _ => throw new InvalidOperationException("The embedder is out of order.")),
    ])));

    protected override IHost CreateHost(IHostBuilder builder)
    {
        var host = base.CreateHost(builder);
        KeyRecord[] keys =
        [
            .. Enum.GetValues<Role>().Where(role => role != Role.Service).Select(role => Record(ApiKey.Local(role, Secret), role, LocalPerson.Of(role), "*")),
            Record(narrow, Role.DataScientist, "narrow@local", OneApp),
        ];
        host.Services.GetRequiredService<AccessCache>().Take(Secret.Sign(Json.Write(new AccessSnapshot(2_000_000, keys))));
        return host;
    }

    private IReadOnlyList<float[]> Watch(IReadOnlyList<string> texts)
    {
        BeforeBatch();
        lock (Embedded)
            Embedded.AddRange(texts);
        return LexicalEmbedder.Embed(texts);
    }

    private KeyRecord Record(ApiKey key, Role role, string person, string app) => new(key.Id, Secret.Mac(key.Secret), role, person, app, null, false);
}
