using LlmOps;
using LlmOps.Evals;

var builder = WebApplication.CreateBuilder(args);

builder.AddDefaults("evals");
builder.AddDatabase("evals");
builder.Services.AddAccessRefresh();
builder.Services.AddValidation();
builder.Services.AddSingleton<DatasetStore>();
builder.Services.AddSingleton<SuiteStore>();
builder.Services.AddSingleton<RunStore>();
builder.Services.AddSingleton<JobStore>();
builder.Services.AddSingleton<HoldoutStore>();
builder.Services.AddSingleton<CalibrationStore>();
builder.Services.AddHostedService<FinishWorker>();

var app = builder.Build();

app.UseDefaults();
app.MapDatasets();
app.MapSuites();
app.MapRuns();
app.MapJobs();
app.MapJudges();
app.MapAudit();
app.Run();
