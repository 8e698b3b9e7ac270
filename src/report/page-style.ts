/**
 * The style of the page. Charts use its variables, so that they follow the theme of the reader. The dark theme
 * applies to screens only, not to print.
 */
export const style = `
:root{color-scheme:light;--page:#f5f6f8;--card:#fff;--ink:#1b2028;--muted:#57606c;--line:#dfe3e8;--grid:#e8ebef;--link:#1d55b8;
--ok:#2a8c55;--ok-ink:#1a6e40;--warn:#d08a00;--warn-ink:#825300;--bad:#d2453a;--bad-ink:#b02a20;--none:#d9dde3;
--ok-soft:#e8f5ed;--warn-soft:#fdf3dd;--bad-soft:#fdebe9;
--s1:#3a6fd6;--s2:#e0812b;--s3:#14978a;--s4:#c24f96;--s5:#7f63d9;--s6:#8b95a3}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;--page:#0e1217;--card:#161b22;--ink:#e5e9ef;--muted:#9ba6b4;--line:#2b333e;--grid:#232a34;--link:#8ab4ff;
--ok:#3fae6f;--ok-ink:#6fd39b;--warn:#d9a13a;--warn-ink:#ecc06c;--bad:#ee6f64;--bad-ink:#ff9b92;--none:#333c48;
--ok-soft:#12291d;--warn-soft:#2c2411;--bad-soft:#331a18;
--s1:#6d9bf5;--s2:#eea15c;--s3:#45bfae;--s4:#e388bd;--s5:#a994f2;--s6:#7f8a99}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,header,footer{max-width:1120px;margin:0 auto;padding:0 20px}
header{display:flex;flex-wrap:wrap;align-items:baseline;justify-content:space-between;gap:0 20px;padding-top:28px}
h1{font-size:26px;line-height:1.2;margin:0;letter-spacing:-.01em}
h2{font-size:20px;margin:40px 0 12px;letter-spacing:-.01em}
h3,h4{font-size:15px;margin:0}
p{margin:0}
a{color:var(--link)}
code{font:13px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
p code{white-space:nowrap}
.muted,small,figcaption p,dt,.path{color:var(--muted)}
.hide{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
#age{color:var(--warn-ink);font-weight:600}
.health{display:flex;gap:16px;margin:20px 0;padding:18px 20px;border-radius:12px;border:1px solid var(--line);background:var(--card)}
.health h2{margin:0}
.health .sign{flex:none;width:40px;height:40px;border-radius:50%;display:grid;place-items:center;font-size:22px;font-weight:700;background:var(--none);color:var(--ink)}
.health ul{margin:10px 0 0;padding:0;list-style:none}
.health li{padding:6px 0;border-top:1px solid var(--line);overflow-wrap:anywhere}
.health.ok{background:var(--ok-soft)}.health.ok .sign{background:var(--ok);color:#fff}
.health.warn{background:var(--warn-soft)}.health.warn .sign{background:var(--warn);color:#1b2028}
.health.bad{background:var(--bad-soft)}.health.bad .sign{background:var(--bad);color:#fff}
b.bad,.reasons .bad,em.bad{color:var(--bad-ink)}b.warn,.reasons .warn,em.warn{color:var(--warn-ink)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(165px,1fr));gap:12px}
.tile,.chart,.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:14px 16px;margin:0}
.tile h3{font-size:13px;font-weight:600;color:var(--muted)}
.tile .number{font-size:26px;line-height:1.25;font-weight:650;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.tile .muted{font-size:12.5px;line-height:1.4}
.meter{display:block;width:100%;height:8px;margin:4px 0}
.mark{fill:var(--ink)}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(320px,1fr));gap:12px;list-style:none;margin:0;padding:0}
.card h4,.path{overflow-wrap:anywhere}
.path{font-size:12.5px;margin-bottom:6px}
.reasons{margin:0 0 10px;padding:0 0 0 18px;font-weight:600;font-size:14px}
dl{display:grid;grid-template-columns:repeat(3,1fr);gap:8px 12px;margin:0;padding-top:10px;border-top:1px solid var(--line)}
dt{font-size:12px;line-height:1.3}dd{margin:0;font-variant-numeric:tabular-nums}
.source{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(300px,100%),1fr));gap:12px;margin:12px 0 28px}
.source.two{grid-template-columns:repeat(auto-fit,minmax(min(400px,100%),1fr))}
.source svg:not(.wide svg){max-width:440px}
.source .wide{grid-column:1/-1}
.stack{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(420px,100%),1fr));gap:12px}
.lead{margin:0 0 4px}.cards+.lead,.cards+p+.lead{margin-top:18px}
.cards+p{margin-top:10px}
figcaption p{font-size:13px;line-height:1.4;margin-bottom:4px}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;margin:4px 0 6px;padding:0;list-style:none;font-size:12.5px}
.legend i{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:6px;background:var(--none)}
.legend i.budget,.legend i.forecast{height:0;width:16px;border-radius:0;background:none;border-top:2px dashed var(--bad);vertical-align:4px}
.legend i.forecast{border-color:var(--s1)}
.legend .s1{background:var(--s1)}.legend .s2{background:var(--s2)}.legend .s3{background:var(--s3)}.legend .s4{background:var(--s4)}.legend .s5{background:var(--s5)}.legend .s6{background:var(--s6)}
.legend .ok{background:var(--ok)}.legend .warn{background:var(--warn)}.legend .bad{background:var(--bad)}
.scroll,.data{overflow-x:auto;position:relative}
.data{max-height:320px;overflow-y:auto}
svg{display:block;width:100%;height:auto;font:12px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
.wide svg{min-width:680px}
svg .s1{fill:var(--s1)}svg .s2{fill:var(--s2)}svg .s3{fill:var(--s3)}svg .s4{fill:var(--s4)}svg .s5{fill:var(--s5)}svg .s6{fill:var(--s6)}
svg .ok{fill:var(--ok)}svg .warn{fill:var(--warn)}svg .bad{fill:var(--bad)}svg .none{fill:var(--none)}
svg text.warn{fill:var(--warn-ink);font-weight:700}svg text.bad{fill:var(--bad-ink);font-weight:700}
svg .axis path{stroke:var(--grid);fill:none}svg .axis text{fill:var(--muted)}
svg .name{fill:var(--ink)}svg .value{fill:var(--muted)}
svg .line{fill:none;stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}
svg .line.s1{stroke:var(--s1)}svg .line.s3{stroke:var(--s3)}svg .line.s5{stroke:var(--s5)}
svg .area{fill-opacity:.16}
svg .budget{fill:none;stroke:var(--bad);stroke-width:1.6;stroke-dasharray:5 4}
svg .forecast{fill:none;stroke:var(--s1);stroke-width:2;stroke-dasharray:4 4}
svg .hint{fill:transparent}svg .hint:hover{fill:var(--ink);fill-opacity:.1}
details{margin-top:8px;font-size:13px}
summary{cursor:pointer;color:var(--muted)}
table{border-collapse:collapse;width:100%;font-size:13.5px}
.data table{font-size:12.5px}
th,td{padding:5px 10px;text-align:left;border-bottom:1px solid var(--line);vertical-align:top;font-weight:400}
td{font-variant-numeric:tabular-nums}
thead th{position:sticky;top:0;background:var(--card);font-weight:600;white-space:nowrap;z-index:1}
.projects{background:var(--card);min-width:900px}
.projects td:nth-child(n+3),.projects .n{text-align:right;white-space:nowrap}
.projects tbody th{font-weight:600;min-width:200px;max-width:340px;overflow-wrap:anywhere}
.projects tbody th small{display:block;font-weight:400}
.projects em{display:inline-block;font-style:normal;font-size:12px;white-space:nowrap;margin-right:8px}
.projects tbody tr:hover{background:var(--page)}
thead button{all:unset;cursor:pointer;font-weight:600}
thead button:focus-visible{outline:2px solid var(--link);outline-offset:2px}
thead [aria-sort=ascending] button::after{content:" ▲";font-size:10px}
thead [aria-sort=descending] button::after{content:" ▼";font-size:10px}
.tools{display:flex;flex-wrap:wrap;gap:8px 20px;align-items:center;margin-bottom:10px}
.tools[hidden]{display:none}
input,select,#all{font:inherit;color:inherit;background:var(--card);border:1px solid var(--muted);border-radius:7px;padding:4px 9px}
#rest{margin-top:10px}
footer{padding:28px 20px 40px;color:var(--muted);font-size:13px}
footer p{margin-bottom:6px;max-width:80ch}
@media(max-width:480px){main,header,footer{padding-left:14px;padding-right:14px}h1{font-size:22px}.tiles{grid-template-columns:1fr 1fr}.tile .number{font-size:22px}.cards{grid-template-columns:minmax(0,1fr)}.health{gap:12px;padding:14px}dl{grid-template-columns:1fr 1fr}}
@media print{body{background:#fff;font-size:11px}main,header,footer{max-width:none;padding:0}.tools,#rest,details{display:none}
.tile,.chart,.card,.health{break-inside:avoid;border-color:#ccc}.scroll{overflow:visible}.wide svg,.projects{min-width:0}
h2,.lead,.lead+p{break-after:avoid}.source{grid-template-columns:1fr 1fr 1fr}.source.two,.stack{grid-template-columns:1fr 1fr}tr{break-inside:avoid}thead th{position:static}.tiles{grid-template-columns:repeat(6,1fr);gap:6px}.tile{padding:8px}.tile .number{font-size:17px}
.cards{grid-template-columns:1fr 1fr 1fr}dt{font-size:9px}.reasons{font-size:11px}table{font-size:9.5px}th,td{padding:3px 5px}.projects tbody th{min-width:0;max-width:200px}.projects em{white-space:normal;font-size:9px}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
