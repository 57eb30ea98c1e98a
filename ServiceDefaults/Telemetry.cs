using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace LlmOps;

/// <summary>Traces, metrics and logs over OTLP, from the sources that .NET and Npgsql have built in and our own.</summary>
public static class Telemetry
{
    private const string Name = "LlmOps";

    /// <summary>Our own spans: <c>chat</c>, <c>retrieval</c>, a run, a step.</summary>
    public static ActivitySource Source { get; } = new(Name);

    public static Meter Meter { get; } = new(Name);

    internal static void AddTelemetry(this WebApplicationBuilder builder, string name)
    {
        // Without this, the server's spans carry no attributes at all (ASP.NET Core 10).
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        builder.Services.AddTransient<IStartupFilter, NamedServerSpans>();
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;

        var resource = ResourceBuilder.CreateDefault().AddService(
            builder.Configuration["OTEL_SERVICE_NAME"] ?? name, serviceInstanceId: builder.Configuration["OTEL_SERVICE_INSTANCE"] ?? name, autoGenerateServiceInstanceId: false)
            .AddEnvironmentVariableDetector();
        builder.Services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource)
            .AddSource("Microsoft.AspNetCore", "System.Net.Http", "Npgsql", Name).AddProcessor<QuietProbes>().AddOtlpExporter().Build());
        builder.Services.AddSingleton(_ => Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource)
            .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "Npgsql", Name)
            .AddOtlpExporter().Build());
        builder.Logging.AddOpenTelemetry(logs =>
        {
            logs.SetResourceBuilder(resource);
            logs.IncludeScopes = logs.IncludeFormattedMessage = true;
            logs.AddOtlpExporter();
        });
        builder.Services.AddHostedService<TelemetryLifetime>();
    }

    /// <summary>Leaves the probes of hosts and orchestrators out: a span every second that says nothing.</summary>
    private sealed class QuietProbes : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            if (data.GetTagItem("url.path") is "/health" or "/alive")
                data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded; // what is not recorded is not exported
        }
    }

    /// <summary>Makes the providers at start and flushes them at stop; without it nothing would ask for them.</summary>
    private sealed class TelemetryLifetime(TracerProvider traces, MeterProvider metrics) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            traces.ForceFlush(2000);
            metrics.ForceFlush(2000);
            return Task.CompletedTask;
        }
    }

    /// <summary>Gives each server span its route, status and name, which the built-in source leaves out.</summary>
    private sealed class NamedServerSpans : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, rest) =>
            {
                await rest(context);
                if (context.Features.Get<IHttpActivityFeature>()?.Activity is { } span)
                    Describe(span, context);
            });
            next(app);
        };

        private static void Describe(Activity span, HttpContext context)
        {
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
            span.DisplayName = route is null ? context.Request.Method : $"{context.Request.Method} {route}";
            span.SetTag("http.route", route);
            span.SetTag("http.response.status_code", context.Response.StatusCode);
            if (context.Response.StatusCode >= 500)
                span.SetStatus(ActivityStatusCode.Error);
        }
    }
}
