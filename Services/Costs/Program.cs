using LlmOps;
using LlmOps.Costs;

var builder = WebApplication.CreateBuilder(args);

builder.AddDefaults("costs");
builder.AddDatabase("costs");
builder.Services.AddAccessRefresh();
builder.Services.AddValidation();
builder.Services.AddNeighbour<GatewayClient>("gateway");
builder.Services.AddSingleton<PriceBookStore>();
builder.Services.AddSingleton<LedgerStore>();
builder.Services.AddHostedService<PriceBookSeed>();
builder.Services.AddHostedService<LedgerWorker>();

var app = builder.Build();

app.UseDefaults();
app.MapPriceBook();
app.MapLedger();
app.MapAudit();
app.Run();
