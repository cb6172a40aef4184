"""Scenarios: drafts with names and assumptions, points between changeovers and lateness, who looks"""

import sqlalchemy as sa
from alembic import op

from tileplan.kernel import db

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.add_column('plan_version', sa.Column('name', sa.String(length=60), nullable=True))
    op.add_column(
        'plan_version', sa.Column('assumed', sa.JSON(), nullable=False, server_default='[]')
    )
    op.create_table(
        'frontier_point',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('run_id', sa.Integer(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('plan', db.Packed(), nullable=False),
        sa.Column('price', sa.JSON(), nullable=False),
        sa.Column('figures', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_frontier_point_run_id_run')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_frontier_point')),
        sa.UniqueConstraint(
            'run_id', 'position', name=op.f('uq_frontier_point_run_id_position')
        ),
    )
    op.create_table(
        'plan_presence',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('plan_id', sa.Integer(), nullable=False),
        sa.Column('login', sa.String(length=60), nullable=False),
        sa.Column('seen_at', db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ['plan_id'], ['plan_version.id'], name=op.f('fk_plan_presence_plan_id_plan_version')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_presence')),
        sa.UniqueConstraint('plan_id', 'login', name=op.f('uq_plan_presence_plan_id_login')),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table('plan_presence')
    op.drop_table('frontier_point')
    op.drop_column('plan_version', 'assumed')
    op.drop_column('plan_version', 'name')
