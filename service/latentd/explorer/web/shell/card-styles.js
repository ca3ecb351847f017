// @ts-check
import { css } from "../sheet.js";

export const cardStyles = css`
  dialog.card {
    width: min(860px, calc(100vw - 32px));
    max-width: none;
    max-height: min(88dvh, 900px);
    margin: auto;
    padding: 0;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--ink);
    box-shadow: var(--shadow);
    overflow: hidden;
  }
  dialog.card[open] {
    display: grid;
  }
  dialog.card::backdrop {
    background: light-dark(#1c1f2673, #000a);
  }
  .card .sheet {
    display: grid;
    grid-template-rows: auto minmax(0, 1fr) auto;
    min-height: 0;
    max-height: inherit;
  }
  .card .top,
  .card .end {
    display: flex;
    gap: 12px;
    align-items: center;
    justify-content: space-between;
    padding: 14px 16px 14px 24px;
  }
  .card .top {
    border-bottom: 1px solid var(--line);
  }
  .card .end {
    border-top: 1px solid var(--line);
  }
  .card .version {
    margin-left: 6px;
    color: var(--quiet);
    font-size: 14px;
    font-weight: 450;
    letter-spacing: 0;
  }
  .card .body {
    display: grid;
    gap: 24px;
    padding: 20px 24px 28px;
    overflow: auto;
    overscroll-behavior: contain;
  }
  .card section {
    display: grid;
    gap: 12px;
    min-width: 0;
  }
  .card h3 {
    font-size: 16px;
    color: var(--ink);
  }
  .card .facts {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(120px, 1fr));
    gap: 8px;
  }
  .card .facts div {
    padding: 8px 12px;
    border-radius: 10px;
    background: var(--well);
  }
  .card dt {
    color: var(--quiet);
    font-size: 13px;
  }
  .card .facts dd {
    font-weight: 600;
  }
  .card .made {
    display: grid;
    grid-template-columns: minmax(0, 4fr) minmax(0, 5fr);
    gap: 20px;
    align-items: start;
  }
  .card img {
    display: block;
    width: 100%;
    height: auto;
    min-height: 40px;
    border-radius: 10px;
    background: #fff;
  }
  .card .made img,
  .card .drawings img {
    border: 1px solid var(--line);
  }
  .card .drawings {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(240px, 1fr));
    gap: 16px;
    align-items: start;
  }
  .card figcaption {
    margin-top: 6px;
    color: var(--quiet);
    font-size: 13px;
  }
  .card figcaption::first-letter,
  .card .metrics dt::first-letter,
  .card .part th::first-letter {
    text-transform: uppercase;
  }
  .card .table {
    overflow: auto;
  }
  .card table {
    width: 100%;
    border-collapse: collapse;
    font-size: 13px;
  }
  .card th,
  .card td {
    padding: 6px 8px;
    border-bottom: 1px solid var(--line);
    text-align: left;
    font-weight: 450;
    white-space: nowrap;
  }
  .card thead th {
    color: var(--quiet);
  }
  .card .part th,
  .card .part td,
  .card tfoot th,
  .card tfoot td {
    font-weight: 650;
  }
  .card .part th {
    padding-top: 14px;
  }
  .card .number {
    text-align: right;
    font-variant-numeric: tabular-nums;
  }
  .card .metrics {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr));
    gap: 0 24px;
  }
  .card .metrics div {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0 12px;
    align-content: start;
    padding: 10px 0;
    border-top: 1px solid var(--line);
  }
  .card .metrics dt {
    color: var(--ink);
    font-size: 14px;
    font-weight: 600;
  }
  .card .metrics .value {
    font-weight: 600;
    font-variant-numeric: tabular-nums;
    text-align: right;
  }
  .card .metrics small {
    color: var(--quiet);
    font-size: 12px;
    font-weight: 450;
  }
  .card .metrics .definition {
    grid-column: 1 / -1;
    color: var(--quiet);
    font-size: 13px;
  }
  @media (max-width: 760px) {
    dialog.card {
      width: 100vw;
      height: 100dvh;
      max-height: none;
      border: 0;
      border-radius: 0;
    }
    .card .top,
    .card .body,
    .card .end {
      padding-left: 16px;
      padding-right: 16px;
    }
    .card .made {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;
