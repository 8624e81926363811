// Gradio's own words follow the browser's language; this page is English.
Object.defineProperty(navigator, 'language', { get: () => 'en' });
