using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LlmOps.Gateway;

/// <summary>The gateway's metrics: few labels, none of them a unit, a key, a request, or the free name that a pinned call comes with.</summary>
internal static class Signals
{
    private static readonly Counter<long> Requests = Telemetry.Meter.CreateCounter<long>("llmops.gateway.requests_total", "{request}");
    private static readonly Histogram<double> Overhead = Telemetry.Meter.CreateHistogram<double>("llmops.gateway.overhead", "ms", "The gateway's own time in a call");
    private static readonly Histogram<double> Ttft = Telemetry.Meter.CreateHistogram<double>("llmops.gateway.ttft", "ms", "From a request's arrival to the first text of its stream");

    public static Counter<long> ShadowsDropped { get; } = Telemetry.Meter.CreateCounter<long>("llmops.gateway.shadows_dropped_total", "{request}");

    public static void Count(InferenceRecord record, double overheadMs)
    {
        var labels = new TagList
        {
            { "bundle", record.Bundle }, { "route", record.Arm == Arm.Eval ? "eval" : record.Route }, { "model", record.Model },
            { "arm", record.Arm.ToString().ToLowerInvariant() }, { "status", record.Outcome.ToString().ToLowerInvariant() },
        };
        Requests.Add(1, labels);
        Overhead.Record(overheadMs, labels);
        if (record.TtftMs is { } ttft)
            Ttft.Record(ttft, labels);
    }
}
