using LlmOps;
using LlmOps.Releases;

var builder = WebApplication.CreateBuilder(args);
builder.AddDefaults("releases");
builder.AddDatabase("releases");
builder.AddCache("redis");
builder.Services.AddValidation();

builder.Services.AddNeighbour<PromptsClient>("prompts");
builder.Services.AddNeighbour<IndexesClient>("indexes");
builder.Services.AddNeighbour<EvalsClient>("evals");
builder.Services.AddNeighbour<CostsClient>("costs");
builder.Services.AddNeighbour<GatewayClient>("gateway");

builder.Services.AddSingleton<KeyStore>().AddSingleton<AppStore>().AddSingleton<PolicyStore>().AddSingleton<BundleStore>().AddSingleton<RouteStore>();
builder.Services.AddSingleton<ReleaseStore>().AddSingleton<ApprovalStore>().AddSingleton<EvidenceStore>().AddSingleton<LabelStore>();
builder.Services.AddSingleton<ReleaseViews>().AddTransient<BundleParts>().AddTransient<Evaluations>().AddTransient<Survey>();

if (builder.Configuration.GetValue<bool>("Access:LocalKeys"))
    builder.Services.AddHostedService<LocalKeys>();
builder.Services.AddSingleton<KeyWorker>().AddHostedService(services => services.GetRequiredService<KeyWorker>());
builder.Services.AddHostedService<ReleaseWorker>();
builder.Services.AddHostedService<FeedWorker>();
builder.Services.AddHostedService<ApprovalWorker>();
builder.Services.AddHostedService<LabelWorker>();
builder.Services.AddHostedService<SignalWorker>();

var app = builder.Build();
app.UseDefaults();
app.MapKeys();
app.MapApps();
app.MapBundles();
app.MapRoutes();
app.MapReleases();
app.MapAudit();
app.Run();
