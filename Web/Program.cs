using LlmOps;
using LlmOps.Web;

var builder = WebApplication.CreateBuilder(args);
builder.AddDefaults("web");
builder.AddSession();
builder.Services.AddAccessRefresh();
builder.Services.AddApiForwarding();
builder.Services.AddRazorComponents();

var app = builder.Build();
app.UseDefaults();
app.UseConsoleHeaders();
app.UseAntiforgery();
app.MapStaticAssets().AllowAnonymous();
app.MapApi();
app.MapSession();
app.MapRazorComponents<App>().RequireAuthorization(Session.Policy);
app.Run();
