// A card's detail as an EHR shows it: Markdown with raw HTML switched off, and the result sanitised again, because a client
// must not trust a service (CDS Hooks, "Security and Safety"). Links and images that a detail might hold are not followed.
import DOMPurify from 'dompurify';
import MarkdownIt from 'markdown-it';

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });

const allowed = ['p', 'br', 'strong', 'em', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'del'];

export function renderMarkdown(text: string): DocumentFragment {
  return DOMPurify.sanitize(markdown.render(text), { ALLOWED_TAGS: allowed, ALLOWED_ATTR: [], RETURN_DOM_FRAGMENT: true });
}
