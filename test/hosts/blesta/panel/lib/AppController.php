<?php

declare(strict_types=1);

/** The parent of every page. It asks for a form token with every POST, unless the page is among those that need none. */
#[AllowDynamicProperties]
class AppController
{
    /** True once an answer was given instead of the page. */
    public bool $stopped = false;
    private string $controller;
    private string $action;

    public function __construct(string $controller, string $action)
    {
        $this->controller = $controller;
        $this->action = $action;
    }

    public function preAction()
    {
        $free = in_array("{$this->controller}::{$this->action}", (array) Configure::get('Blesta.csrf_bypass'), true);
        if ($_POST !== [] && !$free) {
            $_POST = [];
            $this->stopped = true;
            blestaLoginPage();
        }
    }

    /** @param list<string> $models */
    protected function uses(array $models): void
    {
        Loader::loadModels($this, $models);
    }
}
