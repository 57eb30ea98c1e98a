using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmOps.Tests;

/// <summary>What a stack tells about itself: a receiver of OTLP over HTTP that keeps what a test asks about, and drops the rest.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, ConcurrentBag<Span>> spans = new();
    private readonly ConcurrentDictionary<string, ConcurrentBag<Log>> logs = new();
    private readonly ConcurrentDictionary<string, Point> points = new();

    private OtlpReceiver(WebApplication app) => this.app = app;

    /// <param name="Service">The process that made it, by its resource.</param>
    /// <param name="Kind">2 is a server's, 3 a client's.</param>
    public sealed record Span(string Service, string Id, string Parent, string Name, int Kind, string Source, IReadOnlyDictionary<string, string> Tags);

    public sealed record Log(string Service, string Text, IReadOnlyDictionary<string, string> Tags);

    public sealed record Point(string Service, string Metric, IReadOnlyDictionary<string, string> Tags);

    public string Url => app.Urls.Single();

    /// <summary>Our own metrics, one for each set of labels.</summary>
    public IEnumerable<Point> Points => points.Values;

    public static async Task<OtlpReceiver> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new OtlpReceiver(builder.Build());
        receiver.Take("/v1/traces", receiver.TakeSpans);
        receiver.Take("/v1/logs", receiver.TakeLogs);
        receiver.Take("/v1/metrics", receiver.TakePoints);
        await receiver.app.StartAsync();
        return receiver;
    }

    /// <summary>From here on, keeps what belongs to that trace.</summary>
    public void Watch(string trace)
    {
        spans[trace] = [];
        logs[trace] = [];
    }

    public IReadOnlyList<Span> SpansOf(string trace) => [.. spans[trace]];

    public IReadOnlyList<Log> LogsOf(string trace) => [.. logs[trace]];

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private void Take(string path, Action<Message> take) => app.MapPost(path, async (HttpRequest request) =>
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        take(new Message(body.ToArray()));
    });

    // Field numbers: github.com/open-telemetry/opentelemetry-proto, trace.proto, logs.proto and metrics.proto of version 1.
    private void TakeSpans(Message request) => Each(request, (service, source, span) =>
    {
        if (spans.TryGetValue(span.Hex(1), out var kept))
            kept.Add(new Span(service, span.Hex(2), span.Hex(4), span.Text(5), (int)span.Number(6), source, Tags(span, 9)));
    });

    private void TakeLogs(Message request) => Each(request, (service, _, log) =>
    {
        if (logs.TryGetValue(log.Hex(9), out var kept))
            kept.Add(new Log(service, log.Sub(5).Text(1), Tags(log, 6)));
    });

    private void TakePoints(Message request) => Each(request, (service, source, metric) =>
    {
        if (source != "LlmOps")
            return;
        var sum = metric.Sub(7).All(1).Select(point => Tags(point, 7));
        var histogram = metric.Sub(9).All(1).Select(point => Tags(point, 9));
        foreach (var tags in sum.Concat(histogram))
            points[$"{service} {metric.Text(1)} {string.Join(' ', tags.Select(tag => $"{tag.Key}={tag.Value}").Order())}"] = new(service, metric.Text(1), tags);
    });

    /// <summary>All three requests are nested alike: resources, their scopes, their items.</summary>
    private static void Each(Message request, Action<string, string, Message> take)
    {
        foreach (var resource in request.All(1))
        {
            var service = Tags(resource.Sub(1), 1).GetValueOrDefault("service.name", "");
            foreach (var scope in resource.All(2))
            {
                foreach (var item in scope.All(2))
                    take(service, scope.Sub(1).Text(1), item);
            }
        }
    }

    private static Dictionary<string, string> Tags(Message message, int field)
    {
        var tags = new Dictionary<string, string>();
        foreach (var tag in message.All(field))
            tags[tag.Text(1)] = tag.Sub(2) is var value && value.Has(1) ? value.Text(1) : value.Number(3).ToString(CultureInfo.InvariantCulture);
        return tags;
    }

    /// <summary>One protobuf message, its fields by number (protobuf.dev, encoding).</summary>
    private sealed class Message
    {
        private readonly ILookup<int, ReadOnlyMemory<byte>> fields;

        public Message(ReadOnlyMemory<byte> bytes) => fields = Read(bytes).ToLookup(field => field.Number, field => field.Value);

        public bool Has(int field) => fields.Contains(field);

        public string Text(int field) => Encoding.UTF8.GetString(fields[field].FirstOrDefault().Span);

        public string Hex(int field) => Convert.ToHexStringLower(fields[field].FirstOrDefault().Span);

        public long Number(int field) => fields[field].FirstOrDefault() is { Length: 8 } value ? BinaryPrimitives.ReadInt64LittleEndian(value.Span) : 0;

        public Message Sub(int field) => new(fields[field].FirstOrDefault());

        public IEnumerable<Message> All(int field) => fields[field].Select(value => new Message(value));

        private static List<(int Number, ReadOnlyMemory<byte> Value)> Read(ReadOnlyMemory<byte> bytes)
        {
            var (fields, at) = (new List<(int, ReadOnlyMemory<byte>)>(), 0);
            while (at < bytes.Length)
            {
                var key = (int)Varint(bytes.Span, ref at);
                if ((key & 7) == 0) // a number takes the form of a fixed one
                {
                    var number = new byte[8];
                    BinaryPrimitives.WriteUInt64LittleEndian(number, Varint(bytes.Span, ref at));
                    fields.Add((key >> 3, number));
                    continue;
                }
                var length = (key & 7) switch { 1 => 8, 2 => (int)Varint(bytes.Span, ref at), 5 => 4, var kind => throw new FormatException($"wire type {kind}") };
                fields.Add((key >> 3, bytes.Slice(at, length)));
                at += length;
            }
            return fields;
        }

        private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
        {
            for (var (value, shift) = (0UL, 0); ; shift += 7)
            {
                value |= (ulong)(bytes[at] & 0x7f) << shift;
                if (bytes[at++] < 0x80)
                    return value;
            }
        }
    }
}
