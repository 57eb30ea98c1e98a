using LlmOps;
using LlmOps.Web;

var builder = WebApplication.CreateBuilder(args);
builder.AddDefaults("web");
builder.AddSession();
builder.Services.AddSingleton(services => new LocalMode(builder.Configuration.GetValue<bool>("Access:LocalKeys"), services.GetRequiredService<InstallationSecret>()));
builder.Services.AddAccessRefresh();
builder.Services.AddApiForwarding();
builder.Services.AddRazorComponents();
builder.Services.AddAntiforgery(options => options.SuppressXFrameOptionsHeader = true);

var app = builder.Build();
app.UseConsoleHeaders();
app.Use((context, next) => app.Services.GetRequiredService<LocalMode>().Guard(context, next));
app.UseDefaults();
app.UseAntiforgery();
app.MapStaticAssets().AllowAnonymous();
app.MapApi();
app.MapSession();
app.MapTheme();
app.MapRazorComponents<App>().RequireAuthorization(Session.Policy);
app.Run();
