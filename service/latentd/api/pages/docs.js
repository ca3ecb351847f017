// The API page: Swagger UI on this server's own description, nothing from elsewhere.
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#api",
  deepLinking: false, // the fragment belongs to the problems below
  defaultModelsExpandDepth: -1,
  validatorUrl: null,
});
// The problems move when the API above them is drawn: go to the one that was asked for once more.
const goToProblem = () => document.getElementById(location.hash.slice(1))?.scrollIntoView();
setTimeout(goToProblem, 500);
