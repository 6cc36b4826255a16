"use strict";
// What a reader may do with a finished page: filter, sort, unfold. Nothing is loaded or kept.
(() => {
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  const order = new Intl.Collator(document.documentElement.lang, { numeric: true });

  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.key === undefined ? cell.textContent.trim() : cell.dataset.key;
  };

  // A cell without a value stays last, whichever way the column is sorted.
  const compare = (a, b, down) => {
    if (!a || !b) return (a ? 0 : 1) - (b ? 0 : 1);
    return down ? order.compare(b, a) : order.compare(a, b);
  };

  const sortBy = (table, column) => {
    const heads = [...table.tHead.rows[0].cells];
    const down = heads[column].getAttribute("aria-sort") === "ascending";
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    heads[column].setAttribute("aria-sort", down ? "descending" : "ascending");
    const rows = [...table.tBodies[0].rows].map((row) => [value(row, column), row]);
    rows.sort((a, b) => compare(a[0], b[0], down));
    table.tBodies[0].append(...rows.map((pair) => pair[1]));
  };

  all("table[data-sortable]").forEach((table) => {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sortBy(table, column));
      head.append(button);
    });
  });

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const filterable = (tools) => {
    const tables = all(`[data-filtered-by="${tools.id}"]`);
    const selects = all("select", tools);
    const search = tools.querySelector("input");
    const status = tools.querySelector("[role=status]");
    let rows = null;
    const read = () =>
      tables.flatMap((table) => [...table.tBodies[0].rows]).map((row) => ({
        row,
        text: row.textContent.toLowerCase(),
        codes: selects.map((select) => (row.dataset[select.name] || "").split("|")),
      }));
    const apply = () => {
      rows = rows || read();
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach(({ row, text, codes }) => {
        const fits =
          words.every((word) => text.includes(word)) &&
          selects.every((select, i) => !select.value || codes[i].includes(select.value));
        row.hidden = !fits;
        shown += fits;
      });
      const asked = words.length > 0 || selects.some((select) => select.value);
      tables.forEach((table) => {
        const fold = table.closest("details");
        if (fold && asked && all("tbody tr:not([hidden])", table).length) fold.open = true;
      });
      status.textContent = fill(status.dataset.text, { shown, total: rows.length });
    };
    search.addEventListener("input", apply);
    selects.forEach((select) => select.addEventListener("change", apply));
    tools.querySelector("[data-clear]").addEventListener("click", () => {
      search.value = "";
      selects.forEach((select) => { select.value = ""; });
      apply();
      search.focus();
    });
  };
  all("[data-tools]").forEach((tools) => {
    tools.hidden = false;
    filterable(tools);
  });

  all("[data-unfold]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(open));
      all(button.dataset.unfold).forEach((fold) => { fold.open = open; });
    });
  });

  // Reads: igv.js draws what the page itself carries.
  const around = 30; // bases on either side of a variant
  const session = (view) => {
    const [, position, ref] = view.allele.match(/:(\d+):([^:]+):[^:]+$/);
    const from = Math.max(1, Number(position) - around);
    const to = Number(position) + ref.length + around;
    const name = `>${view.chrom}:${view.start + 1}-${view.start + view.sequence.length}`;
    return {
      loadDefaultGenomes: false,
      showIdeogram: false,
      showSampleNames: false,
      showSVGButton: false,
      showCenterGuide: true,
      reference: {
        id: view.chrom,
        fastaURL: `data:text/plain;base64,${btoa(`${name}\n${view.sequence}\n`)}`,
        indexed: false,
      },
      locus: `${view.chrom}:${from}-${to}`,
      tracks: view.tracks.map((track) => ({
        type: "alignment",
        format: "bam",
        name: track.name,
        url: `data:application/gzip;base64,${track.bam}`,
        indexed: false,
        height: 260,
        displayMode: "SQUISHED",
        squishedRowHeight: 5,
        colorBy: "strand",
        groupBy: "tag:XV",
        showSoftClips: true,
      })),
    };
  };

  const named = (box) => {
    const root = box.shadowRoot || box;
    all("input[type=range]", root).forEach((input) => input.setAttribute("aria-label", box.dataset.zoom));
    all(".igv-search-input", root).forEach((input) => input.setAttribute("aria-label", box.dataset.locus));
  };

  const data = document.getElementById("read-data");
  const views = data && window.igv ? JSON.parse(data.textContent) : [];
  all("[data-igv]").forEach((button) => {
    const box = button.closest("details").querySelector(".igv");
    const view = views[Number(button.dataset.igv)];
    if (!view) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      box.hidden = false;
      try {
        await window.igv.createBrowser(box, session(view));
        named(box);
        button.hidden = true;
      } catch (error) {
        box.textContent = box.dataset.failed;
      }
      box.dataset.ready = "";
    });
  });
})();
