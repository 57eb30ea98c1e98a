using LlmOps;
using LlmOps.Gateway;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Npgsql;

var builder = WebApplication.CreateBuilder(args);
builder.AddDefaults("gateway");
builder.AddCache("redis");
builder.Logging.AddFilter<ConsoleLoggerProvider>(typeof(Calls).FullName, LogLevel.Warning); // a line per call is for the collector, not for a terminal
builder.Services.AddAccessRefresh();
builder.Services.AddValidation();
builder.Services.AddNeighbour<IndexesClient>("indexes");
builder.Services.AddNeighbour<CostsClient>("costs");
builder.Services.AddHttpClient(Models.Client).ConfigurePrimaryHttpMessageHandler(() =>
    new SocketsHttpHandler { ConnectTimeout = Models.ConnectLimit, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
builder.Services.AddOptions<ProviderOptions>().BindConfiguration("").ValidateDataAnnotations().ValidateOnStart();

// Not AddDatabase: the gateway starts, serves and is ready with its database away.
var database = builder.Configuration.GetConnectionString("gateway")
    ?? throw new InvalidOperationException("There is no connection string \"gateway\". The AppHost hands it over; start with ./run.sh, or set ConnectionStrings__gateway.");
builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { MaxPoolSize = 20, ApplicationName = "llmops-gateway" }.ConnectionString));
builder.Services.AddSingleton(new AuditLog("gateway"));

builder.Services.AddSingleton<Serving>().AddSingleton<PinnedBundles>().AddSingleton<Prices>().AddSingleton<Models>().AddSingleton<Calls>().AddSingleton<Shadows>().AddSingleton<InferenceStore>();
builder.Services.AddSingleton(services => new Journal(
    services.GetRequiredService<IOptions<StorageOptions>>().Value.Sub("journal"), Journal.UsualFileBytes, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<Journal>>()));
builder.Services.AddHostedService(services => services.GetRequiredService<Journal>());
builder.Services.AddHostedService<OpenCalls>(); // behind the journal: the last to start is the first to stop
builder.Services.AddHostedService<SnapshotWorker>().AddHostedService<ShipWorker>().AddHostedService<AdoptWorker>().AddHostedService<PriceWorker>().AddHostedService<ShadowWorker>();
builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, OpenAiRefusals>();
builder.Services.AddHealthChecks().AddCheck<Serving>("snapshot");

var app = builder.Build();
app.UseRequestIds();
app.UseDefaults();
app.MapOpenAi();
app.MapInferences();
app.MapAudit();
app.Run();
