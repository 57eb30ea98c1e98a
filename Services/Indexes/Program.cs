using LlmOps;
using LlmOps.Indexes;

var builder = WebApplication.CreateBuilder(args);
builder.AddDefaults("indexes");
builder.AddDatabase("indexes");
builder.Services.AddAccessRefresh();
builder.Services.AddValidation();
builder.Services.AddSingleton(Embedders.BuiltIn);
builder.Services.AddSingleton<CorpusStore>();
builder.Services.AddSingleton<EmbeddingCache>();
builder.Services.AddSingleton<IndexVersionStore>();
builder.Services.AddSingleton<SegmentFiles>();
builder.Services.AddSingleton<IndexBuild>();
builder.Services.AddSingleton<LoadedIndexes>();
builder.Services.AddHostedService<BuildWorker>();

var app = builder.Build();
app.UseDefaults();
app.MapIndexes();
app.MapAudit();
app.Run();
