-- What both renderers do to the document tree for one format beyond Quarto's own features:
-- status words keep their colour, cards and notes get their own look, long tables are folded on paper.

local STATUS = "^status%-(.+)$"

local WORD_STYLES = { source = "Source Note", summary = "Summary" }
local TYPST_BLOCKS = { source = "source-note", summary = "summary" }

local function status_of(classes)
  for _, class in ipairs(classes) do
    local name = class:match(STATUS)
    if name then return name end
  end
end

local function first_of(classes, names)
  for _, class in ipairs(classes) do
    if names[class] then return names[class] end
  end
end

local function typst_inline(opening, inlines)
  local result = pandoc.List({ pandoc.RawInline("typst", opening .. "[") })
  result:extend(inlines)
  result:insert(pandoc.RawInline("typst", "]"))
  return result
end

local function title_case(name)
  return (name:gsub("%-", " "):gsub("(%a)(%a*)", function(first, rest) return first:upper() .. rest end))
end

-- The mark holds nothing, so nothing is lost where it is left out.
local function fold_mark(span)
  local mark = #span.content == 0 and #span.classes > 0 and span.classes[1]:match("^fold%-(%d+)$")
  return mark and tonumber(mark) or nil
end

-- On paper a long table of few columns stands in several columns beside each other; a mark in its first head says in
-- how many. Screens show it as it is.
local function folds_of(table)
  local row = table.head.rows[1]
  if not row or #row.cells == 0 then return nil end
  local cell, found = row.cells[1], nil
  local contents = cell.contents:walk({
    Span = function(span)
      local folds = fold_mark(span)
      if not folds then return nil end
      found = folds
      return {}
    end,
  })
  if found then cell.contents = contents end
  return found
end

local function beside(cells, folds)
  local result = pandoc.List({})
  for _ = 1, folds do result:extend(cells:clone()) end
  return result
end

-- On paper, paths and addresses in tables may break behind each of their parts, so that no column overflows; numbers
-- stay whole.
local MAY_BREAK = utf8.char(0x200B)

local function breakable(text)
  local result, position = "", 1
  while true do
    local first, last = text:find("[%w-]+", position)
    if not first then return result .. text:sub(position) end
    local tail = text:match("^[_/.:][%w_./:%%=&?+-]+", last + 1) or ""
    if #tail > 4 and text:sub(first, last):match("[%a-]") then
      local path = text:sub(first, last + #tail)
      result = result .. text:sub(position, first - 1) .. path:gsub("[/_.:=&?-]", "%0" .. MAY_BREAK)
      position = first + #path
    else
      result = result .. text:sub(position, last)
      position = last + 1
    end
  end
end

-- Only what has changed is given back: to hand every text to and fro takes longer than all the rest.
local function with_breaks(inline)
  local text = inline.text:find("[%w-][_/.:]") and breakable(inline.text) or inline.text
  if text == inline.text then return nil end
  inline.text = text
  return inline
end

function Table(table)
  if FORMAT:match("^html") then return nil end
  if FORMAT == "typst" then table = table:walk({ Str = with_breaks, Code = with_breaks }) end
  local folds = folds_of(table)
  if not folds then return FORMAT == "typst" and table or nil end
  local rows = table.bodies[1].body
  local height = math.ceil(#rows / folds)
  local lines = pandoc.List({})
  for line = 1, height do
    local cells = pandoc.List({})
    for fold = 0, folds - 1 do
      local row = rows[line + fold * height]
      for column = 1, #table.colspecs do
        cells:insert(row and row.cells[column] or pandoc.Cell({}))
      end
    end
    lines:insert(pandoc.Row(cells))
  end
  local widths = pandoc.List({})
  for _, spec in ipairs(table.colspecs) do widths:insert({ spec[1], spec[2] and spec[2] / folds }) end
  for _, row in ipairs(table.head.rows) do row.cells = beside(row.cells, folds) end
  table.colspecs = beside(widths, folds)
  table.bodies[1].body = lines
  return table
end

function Span(span)
  if FORMAT:match("^html") then return fold_mark(span) and {} or nil end
  local status = status_of(span.classes)
  local muted = span.classes:includes("muted")
  if FORMAT == "typst" and status then
    return typst_inline('#status("' .. status .. '")', span.content)
  elseif FORMAT == "typst" and muted then
    return typst_inline("#muted-text", span.content)
  elseif FORMAT == "typst" and span.classes:includes("pair") then
    return typst_inline("#box", span.content)
  elseif FORMAT == "docx" and status then
    span.attributes["custom-style"] = "Status " .. title_case(status)
    return span
  elseif FORMAT == "docx" and muted then
    span.attributes["custom-style"] = "Muted"
    return span
  end
end

-- Pandoc leaves out the text alternative of a picture for Typst.
function Image(image)
  if FORMAT ~= "typst" or not image.src:match("^pictures") then return nil end
  local alternative = pandoc.utils.stringify(image.caption):gsub("\\", "\\\\"):gsub('"', '\\"')
  local width = image.attributes.width and (", width: " .. image.attributes.width) or ""
  return pandoc.RawInline("typst", '#box(image("' .. image.src .. '"' .. width .. ', alt: "' .. alternative .. '"))')
end

local function typst_cards(list)
  local blocks = pandoc.List({ pandoc.RawBlock("typst", "#cards(") })
  for _, item in ipairs(list.content) do
    blocks:insert(pandoc.RawBlock("typst", "["))
    blocks:extend(item)
    blocks:insert(pandoc.RawBlock("typst", "],"))
  end
  blocks:insert(pandoc.RawBlock("typst", ")"))
  return blocks
end

function Div(div)
  if FORMAT == "typst" then
    if div.classes:includes("cards") and #div.content == 1 and div.content[1].t == "BulletList" then
      return typst_cards(div.content[1])
    end
    local name = first_of(div.classes, TYPST_BLOCKS)
    if name then
      local blocks = pandoc.List({ pandoc.RawBlock("typst", "#" .. name .. "[") })
      blocks:extend(div.content)
      blocks:insert(pandoc.RawBlock("typst", "]"))
      return blocks
    end
  elseif FORMAT == "docx" then
    local style = first_of(div.classes, WORD_STYLES)
    if style then
      div.attributes["custom-style"] = style
      return div
    end
  end
end

-- In Word, the style of tight lists is also the style of table cells, which are set smaller.
local function loose(list)
  for _, item in ipairs(list.content) do
    for position, block in ipairs(item) do
      if block.t == "Plain" then item[position] = pandoc.Para(block.content) end
    end
  end
  return list
end

function BulletList(list)
  if FORMAT == "docx" then return loose(list) end
end

function OrderedList(list)
  if FORMAT == "docx" then return loose(list) end
end

-- The Word cover: what the templates of the other formats print themselves.
local function cover_line(words, key, value, colon)
  local text = pandoc.utils.stringify
  return pandoc.Para({ pandoc.Str(text(words[key]) .. colon .. text(value)) })
end

function Meta(meta)
  if FORMAT ~= "docx" then return nil end
  local words = meta.words or {}
  local colon = pandoc.utils.stringify(meta.lang or "zh"):match("^zh") and "：" or ": "
  local blocks = pandoc.List({})
  for _, pair in ipairs({ { "issuer", "issuer" }, { "prepared-by", "prepared-by" }, { "number", "number" },
                          { "edition", "edition" }, { "data-cutoff", "data-cutoff" }, { "date", "date" } }) do
    if meta[pair[1]] and words[pair[2]] then
      blocks:insert(pandoc.Div(cover_line(words, pair[2], meta[pair[1]], colon), { ["custom-style"] = "Cover Fact" }))
    end
  end
  if meta.demonstration and meta["demonstration-notice"] then
    local notice = pandoc.utils.stringify(meta["demonstration-notice"])
    blocks:insert(1, pandoc.Div(pandoc.Para(pandoc.Str(notice)), { ["custom-style"] = "Demonstration Notice" }))
  end
  if meta["cover-logo"] then
    -- Word does not draw SVG by itself; a drawn one lies beside it.
    local file = pandoc.utils.stringify(meta["cover-logo"]):gsub("%.svg$", ".png")
    local alternative = pandoc.utils.stringify(words.logo or "")
    local logo = pandoc.Image({ pandoc.Str(alternative) }, file, "", pandoc.Attr("", {}, { height = "18mm" }))
    blocks:insert(1, pandoc.Div(pandoc.Para({ logo }), { ["custom-style"] = "Cover Fact" }))
  end
  local before = pandoc.List(meta["include-before"] or {})
  before:insert(pandoc.MetaBlocks(blocks))
  meta["include-before"] = before
  meta.date = nil
  meta.author = nil
  return meta
end
