// Load on a running stack, every figure beside what it should be compared with. stack.sh starts it; it needs the app in Echo/ live and one run of the demo.
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps;
using LlmOps.Benchmarks;
using LlmOps.Gateway;
using LlmOps.Inference;
using LlmOps.Retrieval;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

// Rows for the data gate: data-rows FILE COUNT SEED.
if (args is ["data-rows", var rowsFile, var count, var seed])
{
    using var made = File.Create(rowsFile);
    DataRows.Write(made, int.Parse(count, System.Globalization.CultureInfo.InvariantCulture), int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture));
    return;
}

const int Rounds = 5;
var stack = Json.Read<Stack>(await File.ReadAllTextAsync(Environment.GetEnvironmentVariable("LLMOPS_ENDPOINTS") ?? ".llmops/endpoints.json"));
var ct = CancellationToken.None;

// A chat: the embedded echo answers within microseconds, so that what is left is the way to it.
var request = new JsonObject { ["model"] = "bench-echo", ["user"] = "guest-1", ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Until when is breakfast?" }) };
var body = Encoding.UTF8.GetBytes(request.ToJsonString());
var echo = EmbeddedModels.Find("embedded/echo", TimeProvider.System)!;

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
await using var bare = builder.Build();
bare.MapPost("/v1/chat/completions", async (HttpRequest asked) =>
    Results.Bytes(JsonSerializer.SerializeToUtf8Bytes((await echo.Complete((await asked.ReadFromJsonAsync<JsonObject>())!, asked.HttpContext.RequestAborted)).Value, Json.Options), "application/json"));
bare.Urls.Add("http://127.0.0.1:0");
await bare.StartAsync();

using var gateway = Client(stack.Addresses["gateway"]);
using var plain = Client(bare.Urls.Single());
foreach (var clients in (int[])[1, 16])
{
    await new Sides($"chat, {clients} client(s)", Rounds)
        .Load("through the gateway", clients, 2000, () => Post(gateway, "v1/chat/completions", body))
        .Load("a bare Kestrel server around the same model", clients, 2000, () => Post(plain, "v1/chat/completions", body))
        .Load("the model in this process", clients, 20000, () => echo.Complete(request, ct))
        .Print(Console.Out);
}

// A question to the handbook: the running service, and the same search in this process.
using var indexes = Client(stack.Addresses["indexes"]);
var versions = await new IndexesClient(indexes).List(null, ct);
var version = versions.Value!.First(version => version is { Index: "handbook", State: IndexState.Ready, Chunks: > 50 }); // the demo's
var handbook = Path.Combine(AppContext.BaseDirectory, "../../../../Samples/HotelGuestAgent/corpora/handbook");
var chunker = Chunker.Parse(version.Chunker).Value!;
var chunks = Directory.EnumerateFiles(handbook, "*.md", SearchOption.AllDirectories).SelectMany(file => chunker.Split(Document.Of(Path.GetRelativePath(handbook, file), File.ReadAllText(file)))).ToList();
var layers = new SegmentLayers([Segment.Build(chunks, [.. LexicalEmbedder.Embed([.. chunks.Select(chunk => chunk.Text)])]).Value!]);
const string Question = "May I bring my dog, and what does it cost?";
var query = JsonSerializer.SerializeToUtf8Bytes(new QueryIndex(Question, 4), Json.Options);
foreach (var clients in (int[])[1, 16])
{
    await new Sides($"retrieval, {version.Chunks} chunks, {clients} client(s)", Rounds)
        .Load("through Indexes", clients, 2000, () => Post(indexes, $"index-versions/{version.Id}/query", query))
        .Load("embed and search in this process", clients, 5000, () =>
        {
            layers.Search(Question, LexicalEmbedder.Embed(Question), 4, SegmentLayers.DefaultWeight);
            return Task.CompletedTask;
        })
        .Print(Console.Out);
}

// What is decided on every call or every change.
var manifest = new BundleManifest(
    "bench", new ModelPin("embedded", "extractive", "1"), 0, 300, new PromptPin("guest-agent", "1.0.0", ContentHash.OfText("prompt")), [],
    new RetrievalPin("handbook", "ix_" + ContentHash.OfText("index"), 4), [], "embedded/rubric", "2026-11", new PolicyPin("release", ContentHash.OfText("policy")));
await new Sides("a bundle's id", Rounds)
    .Loop("canonical JSON and its SHA-256", 20_000, () => manifest.Id())
    .Loop("plain JSON and its SHA-256", 20_000, () => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(manifest, Json.Options)))
    .Print(Console.Out);

var subject = Encoding.UTF8.GetBytes("rel_01a1f88c84a6770981c7022308927894\0guest-4711");
await new Sides("which arm a unit is on", Rounds)
    .Loop("the assignment's position", 200_000, () => Assignment.Position("rel_01a1f88c84a6770981c7022308927894", "guest-4711"))
    .Loop("one SHA-256 of the same bytes", 200_000, () => SHA256.HashData(subject))
    .Print(Console.Out);

HttpClient Client(string address) => new(new SocketsHttpHandler { UseProxy = false })
{
    BaseAddress = new Uri(address + "/"), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", stack.Keys["engineer"]) },
};

static async Task Post(HttpClient client, string path, byte[] body)
{
    using var content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
    using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content);
    answer.EnsureSuccessStatusCode();
    await answer.Content.ReadAsByteArrayAsync();
}
