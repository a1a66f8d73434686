/// How pages look, and the one thing they do.
enum PageStyle {
    /// Colours of the light page, then those of the dark one; the rest is common to both.
    static let rules = """

        :root{--ground:#f6f7f9;--card:#ffffff;--ink:#1c2128;--faint:#59636e;--line:#d9dee4;--link:#0062a3;
        --right:#00714f;--right-ground:#dff3ea;--wrong:#b3390a;--wrong-ground:#fce8de;
        --warning:#7a5600;--warning-ground:#fdf1d0;--note-ground:#e6f0fa}
        @media screen and (prefers-color-scheme:dark){:root{--ground:#0e1116;--card:#15191f;--ink:#e8ebef;--faint:#a3adb8;
        --line:#2d343d;--link:#7cc0f5;--right:#4fd6a8;--right-ground:#10322a;--wrong:#ff9a66;--wrong-ground:#3d2014;
        --warning:#f0c24a;--warning-ground:#352b10;--note-ground:#132a3f}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--ground);color:var(--ink);line-height:1.5;font-size:15px;
        font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif}
        main{max-width:980px;margin:0 auto;padding:28px 20px 60px}
        h1{font-size:27px;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}
        h2{font-size:19px;margin:0 0 12px}h3{font-size:15px;margin:18px 0 8px}
        p{margin:0 0 12px;overflow-wrap:anywhere}header p{margin:0 0 18px}
        .faint,caption{color:var(--faint)}a{color:var(--link)}
        nav{display:flex;flex-wrap:wrap;gap:6px 18px;margin:14px 0 20px}
        section{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:18px 20px;margin:0 0 18px}
        .charts{overflow-x:auto}.charts svg{display:block;margin:0 auto;min-width:640px}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 18px;margin:0 0 12px}
        dt{color:var(--faint)}dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}
        dl.small{gap:1px 8px;margin:4px 0 0;font-size:13px}
        .table{overflow-x:auto;margin:0 0 12px}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums}
        caption{caption-side:bottom;text-align:left;font-size:13px;padding-top:6px}
        th,td{padding:5px 14px 5px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
        th{font-weight:600;white-space:nowrap}th.number,td.number{text-align:right;padding:5px 0 5px 18px}
        td.number{white-space:nowrap}th.number+th:not(.number),td.number+td:not(.number){padding-left:22px}
        th[tabindex]{cursor:pointer}th[aria-sort=ascending]::after{content:' ▲';font-size:10px}
        th[aria-sort=descending]::after{content:' ▼';font-size:10px}
        td.right,td.wrong,td.warning{white-space:nowrap}
        .right{color:var(--right)}.wrong{color:var(--wrong)}.warning{color:var(--warning)}
        code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:13px}
        code{overflow-wrap:anywhere}
        pre{background:var(--ground);border:1px solid var(--line);border-radius:6px;padding:12px;margin:0 0 12px;
        overflow-x:auto}
        .figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(205px,1fr));gap:14px;margin:0 0 12px}
        figure{margin:0;border:1px solid var(--line);border-radius:8px;overflow:hidden;break-inside:avoid}
        figure img{display:block;width:100%;height:190px;object-fit:contain;background:var(--ground)}
        img.pixels{image-rendering:pixelated}
        .no-picture{padding:14px;height:190px;color:var(--faint);background:var(--ground);font-size:13px}
        figcaption{padding:9px 11px 11px;font-size:13px;overflow-wrap:anywhere}
        figcaption b{display:block}
        .badge{float:right;border-radius:10px;padding:0 8px;margin-left:6px;font-size:12px;font-weight:600}
        .badge.right{background:var(--right-ground)}.badge.wrong{background:var(--wrong-ground)}
        .callout{border-left:4px solid var(--link);background:var(--note-ground);border-radius:4px;padding:9px 14px;
        margin:0 0 12px;overflow-wrap:anywhere}
        .callout.good{border-color:var(--right);background:var(--right-ground)}
        .callout.warning{border-color:var(--warning);background:var(--warning-ground);color:var(--ink)}
        .callout.danger{border-color:var(--wrong);background:var(--wrong-ground)}
        summary{cursor:pointer;color:var(--link);margin-bottom:8px}
        footer{font-size:13px}
        @media print{body{font-size:11pt;background:#fff}.charts svg{min-width:0}.table,.charts{overflow:visible}main{max-width:none;padding:0}nav{display:none}
        summary{list-style:none;color:inherit;font-weight:600}
        section{border:0;padding:0}details::details-content{display:block;content-visibility:visible}
        h2,h3{break-after:avoid}tr,.callout,.charts svg{break-inside:avoid}pre{white-space:pre-wrap}
        *{print-color-adjust:exact}}

        """

    /// Sorts a table's rows by the column whose head was clicked (or chosen by Enter), the other way at the next click.
    /// Free of the signs that XML would want escaped.
    static let script = """

        document.querySelectorAll('table').forEach(function (table) {
          table.querySelectorAll('th').forEach(function (head, column) {
            function key(row) {
              var cell = row.cells[column];
              if (!cell) { return ''; }
              return 'sort' in cell.dataset ? Number(cell.dataset.sort) : cell.textContent;
            }
            function compare(a, b) {
              if (typeof a === 'number') { return typeof b === 'number' ? a - b : -1; }
              return typeof b === 'number' ? 1 : a.localeCompare(b, 'en', { numeric: true });
            }
            function sort() {
              var down = head.getAttribute('aria-sort') === 'ascending';
              var body = table.tBodies[0];
              var rows = Array.from(body.rows);
              rows.sort(function (a, b) { return (down ? -1 : 1) * compare(key(a), key(b)); });
              rows.forEach(function (row) { body.appendChild(row); });
              table.querySelectorAll('th').forEach(function (other) { other.removeAttribute('aria-sort'); });
              head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
            }
            head.tabIndex = 0;
            head.addEventListener('click', sort);
            head.addEventListener('keydown', function (event) { if (event.key === 'Enter') { sort(); } });
          });
        });
        addEventListener('beforeprint', function () {
          document.querySelectorAll('details').forEach(function (part) { part.open = true; });
        });

        """
}
