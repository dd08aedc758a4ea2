-- The table of what each cell was last compared with says so in its name.
alter table cell_looks rename to cell_comparisons;
alter table cell_comparisons rename column looked_at to compared_at;
