using LlmOps;
using LlmOps.EvalRunner;

var builder = WebApplication.CreateBuilder(args);

builder.AddDefaults("evalrunner");
builder.Services.AddNeighbour<EvalsClient>("evals");
builder.Services.AddNeighbour<GatewayModels>("gateway");
builder.Services.AddNeighbour<CostsClient>("costs");
builder.Services.AddSingleton<Prices>();
builder.Services.AddSingleton<CaseRunner>();
builder.Services.AddSingleton<EvalsReach>();
builder.Services.AddHostedService<RunWorker>();
builder.Services.AddHealthChecks().AddCheck<EvalsReach>("evals");

var app = builder.Build();

app.UseDefaults();
app.Run();
