using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;

namespace LlmOps.Tests.Gateway;

public sealed class SignalsTests(GatewayService gateway) : IClassFixture<GatewayService>
{
    [Fact]
    public async Task A_pinned_call_is_counted_under_eval_whatever_name_it_came_with()
    {
        var bundle = Bundles.Make();
        gateway.Serve("counted", bundle);
        var routes = new ConcurrentBag<string?>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Meter == Telemetry.Meter) self.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((_, _, labels, _) => routes.Add(labels.ToArray().FirstOrDefault(label => label.Key == "route").Value?.ToString()));
        listener.Start();

        using var live = await gateway.Post(GatewayService.Ask("counted", "x"));
        using var pinned = await gateway.Post(GatewayService.Ask("any-name-at-all", "x"), bundle.Id);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (live.StatusCode, pinned.StatusCode));
        Assert.Contains("counted", routes);
        Assert.Contains("eval", routes);
        Assert.DoesNotContain("any-name-at-all", routes);
        Assert.Equal("any-name-at-all", (await gateway.Recorded(GatewayService.RequestId(pinned))).Route);
    }
}
